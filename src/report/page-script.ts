/**
 * The page's own script: draws every embedded specification and turns it into files on demand.
 *
 * Plain JavaScript for the browser, kept as text so that the page needs no build step.
 */
export const PAGE_SCRIPT = `
const specs = JSON.parse(document.getElementById('chart-specs').textContent);
const csvCell = (value) => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
};
const toCsv = (records) => {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const lines = records.map((record) => columns.map((column) => csvCell(record[column])).join(','));
  return [columns.map(csvCell).join(','), ...lines].join('\\n') + '\\n';
};
const recordsOf = (spec) =>
  spec.data && spec.data.values
    ? spec.data.values
    : ['layer', 'hconcat', 'vconcat', 'concat'].flatMap((part) => (spec[part] || []).flatMap(recordsOf));
const dataUri = (type, text) => 'data:' + type + ';charset=utf-8,' + encodeURIComponent(text);
const offer = (figure, kind, make) => {
  const link = figure.querySelector('a[data-file="' + kind + '"]');
  link.addEventListener('click', () => { link.href = make(); });
};
async function draw(id) {
  const figure = document.getElementById(id);
  const spec = specs[id];
  // The heading above the chart says what the title in the file says.
  const { title, ...untitled } = spec;
  const { view } = await vegaEmbed(figure.querySelector('.chart'), untitled, { actions: false, renderer: 'svg' });
  const svg = await view.toSVG();
  offer(figure, 'json', () => dataUri('application/json', JSON.stringify(spec, null, 2)));
  offer(figure, 'csv', () => dataUri('text/csv', toCsv(recordsOf(spec))));
  offer(figure, 'svg', () => dataUri('image/svg+xml', svg));
}
(async () => {
  for (const id of Object.keys(specs)) {
    try {
      await draw(id);
    } catch (error) {
      document.getElementById(id).querySelector('.chart').textContent = 'This chart could not be drawn: ' + error.message;
      throw error;
    }
  }
  document.body.dataset.drawn = 'yes';
})();
`;
