#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node-gpu against a local TensorFlow library, for machines where the package's
# install script cannot download its own (no internet access beyond the package registries). Linux x64.
#
#   bash scripts/build-native-tensorflow.sh                # takes the library from the Python wheel tensorflow-cpu 2.15.1 (pip)
#   bash scripts/build-native-tensorflow.sh FILE.whl       # from a wheel at hand
#   bash scripts/build-native-tensorflow.sh FOLDER         # from an installed Python package: the folder that holds
#                                                          # libtensorflow_cc.so.2 and include/
#   NODE_DIR=/opt/node bash scripts/build-native-tensorflow.sh
#
# Needs g++ and make, Python 3 (with pip only where no wheel is given), npm, and Node's own headers: NODE_DIR/include/node,
# by default beside the running node. Takes about half a minute, most of it the download of 200 MB. Afterwards
# `bidlab doctor` shows the backend `tensorflow`; with a wheel of CPU code `--backend cuda` goes on refusing.
# To undo: rm -r node_modules/@tensorflow/tfjs-node-gpu
set -euo pipefail
source=${1:-}
[ -z "$source" ] || source=$(realpath -- "$source")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wheel=tensorflow-cpu==2.15.1
package=$PWD/node_modules/@tensorflow/tfjs-node-gpu
work=$(mktemp -d "${TMPDIR:-/tmp}/bidlab-native.XXXXXX")
trap 'rm -rf "$work"' EXIT

stop() {
  echo "build-native-tensorflow: $1" >&2
  exit 1
}

[ "$(uname -sm)" = 'Linux x86_64' ] || stop "expected Linux x86_64, received $(uname -sm); use --backend simd or wasm"
for tool in g++ make python3 npm; do
  command -v "$tool" >/dev/null || stop "$tool is missing; install it"
done

node_dir=${NODE_DIR:-$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")}
[ -f "$node_dir/include/node/node_api.h" ] ||
  stop "$node_dir/include/node/node_api.h is missing; set NODE_DIR to a folder with the headers of Node $(node --version)"

# The package without its install script: `npm ci` drops it where that script fails.
if [ ! -f "$package/binding.gyp" ]; then
  npm install --no-save --ignore-scripts --no-audit --no-fund --prefer-offline
  [ -f "$package/binding.gyp" ] || stop "npm did not install @tensorflow/tfjs-node-gpu; is it omitted in npm's settings?"
fi

if [ -z "$source" ]; then
  # Any wheel has the library; no Python code of it runs, so the version of Python is of no matter.
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 \
    --platform manylinux_2_17_x86_64 --dest "$work" "$wheel" || stop "pip cannot download $wheel; give a wheel as argument"
  source=$(find "$work" -name '*.whl')
fi

# The layout that the package's own download has: deps/include, deps/lib.
deps=$package/deps
rm -rf "$deps" "$package/lib" "$package/build"
python3 - "$source" "$deps" <<'PYTHON'
import pathlib, shutil, sys, zipfile

source, deps = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")
HEADERS = ("tensorflow/c/", "tensorflow/core/platform/", "tensorflow/tsl/", "tsl/", "xla/tsl/")


def target(name):
    """Where a file of the Python package goes, or None."""
    if name in LIBRARIES:
        return deps / "lib" / name
    header = name.removeprefix("include/")
    if header != name and name.endswith(".h") and header.startswith(HEADERS):
        return deps / "include" / header


if source.is_dir():
    paths = [path for path in source.rglob("*") if path.is_file()]
    opened = {str(path.relative_to(source)): (lambda path=path: path.open("rb")) for path in paths}
else:
    wheel = zipfile.ZipFile(source)
    opened = {name.removeprefix("tensorflow/"): (lambda name=name: wheel.open(name)) for name in wheel.namelist()}
for name, open_file in opened.items():
    out = target(name)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        with open_file() as read, out.open("wb") as write:
            shutil.copyfileobj(read, write, 1 << 20)
missing = [name for name in LIBRARIES if not (deps / "lib" / name).exists()]
if missing or not (deps / "include/tensorflow/c/eager/c_api.h").exists():
    sys.exit(f"build-native-tensorflow: {source} lacks {', '.join(missing) or 'the C headers'}; give a wheel of tensorflow-cpu")
PYTHON
ln -s libtensorflow_cc.so.2 "$deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$deps/lib/libtensorflow_framework.so"

# Node-API is stable: version 8, the newest that the package knows, is in every Node that bidlab runs on.
node_gyp=$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js
[ -f "$node_gyp" ] || stop "npm's own node-gyp is not at $node_gyp"
(cd "$package" && node "$node_gyp" rebuild --loglevel=warn --nodedir="$node_dir" \
  --napi_build_version=8 --module_name=tfjs_binding --module_path="$package/lib/napi-v8") || stop 'the build failed'

node -e '
  require("node:util").isNullOrUndefined ??= (value) => value === null || value === undefined;
  process.env.TF_CPP_MIN_LOG_LEVEL = "2";
  const tf = require("@tensorflow/tfjs-node-gpu");
  const [three] = tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).dataSync();
  if (three !== 3) throw new Error(`expected 3, received ${three}`);
  console.log(`backend tensorflow works: TensorFlow ${tf.backend().binding.TF_Version}`);' || stop 'the addon does not load'
