#!/usr/bin/env bash
# Sets up Latent Studio where needed and opens it; arguments are passed on: packaging/run.sh --help
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

if [ $# = 0 ] && [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
  fail "There is no screen to open a window on: start this from a graphical session, or work headless" \
    "(packaging/run.sh --help)."
fi

install_system_packages "${WINDOW_PACKAGES[@]}"
install_studio run ""
exec "$VENV_PYTHON" -m studio "$@"
