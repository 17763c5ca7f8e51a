import { type EpisodeDataset, EpisodeDatasetBuilder, type LoggedSpace } from '../core/episode-dataset.ts';
import { SimError } from '../core/errors.ts';
import type { Box } from '../core/space.ts';

/** Where the columns of a steps file stand. */
interface Columns {
  readonly episode: number;
  readonly step: number;
  readonly observation: readonly number[];
  readonly action: readonly number[];
  readonly propensity: number;
  readonly reward: number;
  readonly end: number;
}

/** Rows of a dataset's `steps.csv`, checked one by one; see `dataset-file.ts` for the format. */
export class DatasetRowReader {
  readonly #file: string;
  readonly #observationSpace: Box;
  readonly #actionSpace: LoggedSpace;
  readonly #builder: EpisodeDatasetBuilder;
  readonly #seen = new Set<string>();
  #columns: Columns | null = null;
  #header: readonly string[] = [];
  /** The episode under way; null between two. */
  #episode: string | null = null;
  /** The episode's last step was cut off: its final observation is to come. */
  #cut = false;

  constructor(file: string, observationSpace: Box, actionSpace: LoggedSpace) {
    this.#file = file;
    this.#observationSpace = observationSpace;
    this.#actionSpace = actionSpace;
    this.#builder = new EpisodeDatasetBuilder(observationSpace, actionSpace);
  }

  /**
   * The first row is the header.
   *
   * @throws SimError `DATA_INVALID` naming line, column, what was expected and what was received.
   */
  take(fields: readonly string[], line: number): void {
    if (this.#columns === null) {
      this.#header = fields;
      this.#columns = this.#find(fields, line);
      return;
    }
    if (fields.length !== this.#header.length) {
      throw this.#fault(line, `expected ${this.#header.length} fields as in the header, received ${fields.length}`);
    }
    const columns = this.#columns;
    this.#place(fields, columns, line);
    const observation = columns.observation.map((c) => this.#number(fields, c, line));
    if (this.#cut) {
      if (columns.action.some((c) => fields[c] !== '')) {
        throw this.#fault(
          line,
          'expected an empty action after a truncated step: this row only holds what followed it',
        );
      }
      this.#end(false, observation);
    } else this.#step(fields, columns, observation, line);
  }

  /** @throws SimError `DATA_INVALID` where the file ends within an episode or holds none. */
  finish(): EpisodeDataset {
    if (this.#episode !== null) {
      const missing = this.#cut
        ? 'the observation after its truncated step (a row with an empty action)'
        : "'terminated' or 'truncated' in the column end of its last row";
      throw new SimError(
        'DATA_INVALID',
        `${this.#file}: episode '${this.#episode}' never ends: expected ${missing}; the file may be cut off`,
      );
    }
    if (this.#builder.numEpisodes === 0) {
      throw new SimError('DATA_INVALID', `${this.#file}: expected a header and at least one episode, received none`);
    }
    return this.#builder.build();
  }

  #find(header: readonly string[], line: number): Columns {
    const at = (name: string) => {
      const index = header.indexOf(name);
      if (index >= 0) return index;
      throw this.#fault(line, `expected a column '${name}', received ${header.join(', ')}; add it`);
    };
    const space = this.#actionSpace;
    return {
      episode: at('episode'),
      step: at('step'),
      observation: this.#observationSpace.features.map(({ name }) => at(`obs.${name}`)),
      action: space.kind === 'discrete' ? [at('action')] : space.features.map(({ name }) => at(`action.${name}`)),
      propensity: at('propensity'),
      reward: at('reward'),
      end: at('end'),
    };
  }

  /** Checks that the row is the next of its episode. */
  #place(fields: readonly string[], columns: Columns, line: number): void {
    const episode = fields[columns.episode]!;
    if (this.#episode === null) {
      if (this.#seen.has(episode)) {
        throw this.#fault(line, `episode '${episode}' has ended before; keep the rows of an episode together`);
      }
      this.#seen.add(episode);
      this.#episode = episode;
    } else if (episode !== this.#episode) {
      throw this.#fault(
        line,
        `expected the next row of episode '${this.#episode}', which has not ended, received episode '${episode}'`,
      );
    }
    const expected = this.#builder.openSteps;
    const step = this.#number(fields, columns.step, line);
    if (step !== expected) throw this.#fault(line, `column 'step': expected ${expected}, received ${step}`);
  }

  #step(fields: readonly string[], columns: Columns, observation: readonly number[], line: number): void {
    const action = columns.action.map((c, d) => this.#action(fields, c, d, line));
    const reward = this.#number(fields, columns.reward, line);
    this.#builder.addStep(observation, action, this.#propensity(fields, columns.propensity, line), reward);
    const end = fields[columns.end]!;
    if (end === 'terminated') this.#end(true);
    else if (end === 'truncated') this.#cut = true;
    else if (end !== '') {
      throw this.#fault(line, `column 'end': expected nothing, 'terminated' or 'truncated', received '${end}'`);
    }
  }

  #end(terminated: boolean, finalObservation?: readonly number[]): void {
    this.#builder.endEpisode(terminated, finalObservation);
    this.#episode = null;
    this.#cut = false;
  }

  #action(fields: readonly string[], column: number, dim: number, line: number): number {
    const value = this.#number(fields, column, line);
    const space = this.#actionSpace;
    if (space.kind === 'discrete') {
      if (Number.isInteger(value) && value >= 0 && value < space.n) return value;
      throw this.#fault(line, `column 'action': expected a whole number from 0 to ${space.n - 1}, received ${value}`);
    }
    const { low, high } = space.features[dim]!;
    if (value >= low && value <= high) return value;
    throw this.#fault(
      line,
      `column '${this.#header[column]}': expected a number in [${low}, ${high}] as dataset.json says, received ${value}`,
    );
  }

  #propensity(fields: readonly string[], column: number, line: number): number {
    if (fields[column] === '') return Number.NaN;
    const value = this.#number(fields, column, line);
    const most = this.#actionSpace.kind === 'discrete' ? 1 : Number.POSITIVE_INFINITY;
    if (value > 0 && value <= most) return value;
    const expected = most === 1 ? 'a probability in (0, 1]' : 'a density above 0';
    throw this.#fault(line, `column 'propensity': expected ${expected}, or nothing where unknown, received ${value}`);
  }

  #number(fields: readonly string[], column: number, line: number): number {
    const text = fields[column]!;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw this.#fault(line, `column '${this.#header[column]}': expected a number, received '${text}'; correct the row`);
  }

  #fault(line: number, what: string): SimError {
    return new SimError('DATA_INVALID', `${this.#file} line ${line}: ${what}`);
  }
}
