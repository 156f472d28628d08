# shellcheck shell=bash
# Sourced by run.sh and test.sh: system packages, .venv and the installation.
# Invariant: where nothing has changed since the last time, it does nothing and takes a moment.

SCRIPTS=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname -- "$SCRIPTS")
VENV="$ROOT/.venv"
VENV_PYTHON="$VENV/bin/python"
TORCH=2.13.0

# One group a word: the first name that is installed or can be had is taken (Ubuntu 24.04 renamed some).
# shellcheck disable=SC2034
WINDOW_PACKAGES=(
  "libglib2.0-0|libglib2.0-0t64" libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libx11-xcb1
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-randr0 libxcb-render-util0
  libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libfluidsynth3
)
# shellcheck disable=SC2034
TEST_PACKAGES=(xvfb xauth xdotool)

say() { printf '==> %s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Run a command without its chatter; where it fails, show the end of it and stop.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "This step failed: $*"
  fi
  rm -f "$log"
}

# ---- system packages ------------------------------------------------------------------------------------------

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_installed() { [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" == ii* ]]; }

# Print the version of a package that apt would install; nothing where it knows none.
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n '/(none)/d; s/^ *Candidate: *//p'; }

any_installed() {
  local name
  for name in ${1//|/ }; do
    if is_installed "$name"; then return 0; fi
  done
  return 1
}

# Print the name of a group that can be had here; the first where apt knows none of them.
name_here() {
  local name
  for name in ${1//|/ }; do
    if [ -n "$(candidate "$name")" ]; then
      echo "$name"
      return
    fi
  done
  echo "${1%%|*}"
}

# ---- Python ---------------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Print a Python of at least 3.11, one that can make a .venv before one that cannot.
find_python() {
  local name usable=""
  for name in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
    if ! is_new_enough "$name"; then continue; fi
    if has_venv "$name"; then
      echo "$name"
      return
    fi
    usable=${usable:-$name}
  done
  echo "$usable"
}

# Print the packages that bring the missing part of Python: all of it, or only the .venv maker.
python_packages() {
  local python version
  python=$(find_python)
  if [ -n "$python" ]; then
    if ! has_venv "$python"; then
      "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
    return
  fi
  version=$(candidate python3)
  if [ -n "$version" ] && dpkg --compare-versions "$version" ge 3.11; then
    printf '%s\n' python3 python3-venv
    return
  fi
  for version in python3.13 python3.12 python3.11; do
    if [ -n "$(candidate "$version")" ]; then
      printf '%s\n' "$version" "$version-venv"
      return
    fi
  done
  printf '%s\n' python3.11 python3.11-venv
}

missing_packages() {
  local group
  python_packages
  for group in "$@"; do
    if ! any_installed "$group"; then name_here "$group"; fi
  done
}

# Install what is missing of the named groups and of Python, or print the line to type and stop.
install_system_packages() {
  if ! has_apt; then
    [ -n "$(find_python)" ] || fail "Python 3.11 or newer is needed; install it and start this again."
    return
  fi
  local missing=()
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} = 0 ]; then return; fi
  if ! may_install; then
    fail "Some system packages are missing. Type this line, then start this again:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  say "Installing system packages"
  as_root apt-get update -qq >/dev/null 2>&1 </dev/null || say "The package lists could not be refreshed; going on"
  mapfile -t missing < <(missing_packages "$@")
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  hash -r
}

# ---- .venv ----------------------------------------------------------------------------------------------------

has_cuda_gpu() { [[ "$(nvidia-smi -L 2>/dev/null)" == GPU* ]]; }

# Print what the installation depends on, as one hash: it is done again only where this has changed.
fingerprint() {
  {
    cat "$ROOT/pyproject.toml" "$SCRIPTS/setup.sh"
    echo "$ROOT" "${TORCH_INDEX_URL:-}" "$("$1" -V 2>&1)"
    if has_cuda_gpu; then echo cuda; fi
  } | sha256sum | cut -d ' ' -f 1
}

is_current() {
  local stamp
  for stamp in "$VENV/stamp-test" "$VENV/stamp-$1"; do
    if [ "$(cat "$stamp" 2>/dev/null)" = "$2" ]; then return 0; fi
  done
  return 1
}

make_venv() {
  local python
  python=$(find_python)
  if [ -z "$python" ] || ! has_venv "$python"; then
    fail "Python 3.11 or newer with its venv module is needed (Debian, Ubuntu: python3.11 and python3.11-venv)."
  fi
  say "Making .venv with $("$python" -V)"
  rm -rf "$VENV"
  quietly "$python" -m venv "$VENV"
}

pip_install() {
  "$VENV_PYTHON" -m pip install --disable-pip-version-check --no-input -q \
    ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} "$@"
}

# With a CUDA GPU, three equals signs ask for the ordinary build and not for a local CPU one.
install_torch() {
  if has_cuda_gpu; then
    say "Installing torch $TORCH for the CUDA GPU (some GB the first time)"
    if pip_install "torch===$TORCH" 2>/dev/null; then return; fi
  else
    say "Installing torch $TORCH (TORCH_INDEX_URL may name PyTorch's CPU wheel index, a much smaller download)"
  fi
  quietly pip_install "torch==$TORCH"
}

# install_studio NAME TARGET: make .venv and install TARGET, unless the stamp NAME says that it is done.
install_studio() {
  if ! "$VENV_PYTHON" -m pip --version >/dev/null 2>&1; then make_venv; fi
  local now
  now=$(fingerprint "$VENV_PYTHON")
  if is_current "$1" "$now"; then return; fi
  install_torch
  say "Installing Latent Studio and its libraries"
  quietly pip_install -e "$ROOT$2"
  echo "$now" >"$VENV/stamp-$1"
}
