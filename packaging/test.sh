#!/usr/bin/env bash
# Sets up what the tests need and runs every check; the last line is pytest's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

install_system_packages "${WINDOW_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
install_studio test "[test,train]"

cd "$ROOT"
export PATH="$VENV/bin:$PATH" OMP_WAIT_POLICY=PASSIVE
failed=()

# Run one check; a failure is remembered and the others still run.
check() {
  say "$*"
  "$@" </dev/null || failed+=("$*")
}

check python -m ruff check .
check python -m ruff format --check .
check python -m mypy
check lint-imports
OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen check python -m pytest -n 2 --dist loadfile
QT_QPA_PLATFORM=xcb check xvfb-run -a -s "-screen 0 1600x1000x24" python -m pytest -m x11

if [ ${#failed[@]} != 0 ]; then
  printf 'FAILED: %s\n' "${failed[@]}" >&2
  exit 1
fi
