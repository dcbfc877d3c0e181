#!/usr/bin/env bash
# A real Chromium for the tests of the report, on a Debian or Ubuntu machine without one.
#
#   eval "$(.ci/chromium.sh start)"    sets GREENLIGHT_CHROMIUM to a browser that the tests can start
#
# A chromium on the PATH is used as it is. Else it is installed from the machine's own apt sources, which needs root: unlike other
# programs it does not run out of its package, for it needs some hundred libraries. May be repeated. Progress goes to stderr, and only
# what is to be evaluated to stdout.

set -euo pipefail

APT_WITHIN_S=300

say() { echo "chromium: $*" >&2; }
die() { say "$*"; exit 1; }

[[ ${1:-} == start ]] || die "usage: chromium.sh start"

version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1; }

find_program() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null && [[ -n $(version_of "$name") ]]; then
      command -v "$name"
      return
    fi
  done
  return 1
}

apt_get() {
  timeout "$APT_WITHIN_S" apt-get -qq -o Acquire::Languages=none -o Acquire::Retries=2 "$@" >&2
}

# A font besides: without one, letters are boxes and have no width that tells anything.
install_packages() {
  DEBIAN_FRONTEND=noninteractive apt_get -o Dpkg::Use-Pty=0 install -y --no-install-recommends chromium fonts-dejavu-core
}

if ! program=$(find_program); then
  command -v apt-get >/dev/null || die "there is no chromium on the PATH, and getting one needs apt (Debian, Ubuntu)"
  say "installing the package"
  if ! install_packages 2>/dev/null; then
    say "reading the package lists"
    # One of several sources may fail without harm to ours.
    apt_get update || true
    install_packages || die "the package chromium cannot be had from apt's sources"
  fi
  program=$(find_program) || die "the chromium of the package does not run here"
fi
say "ready: $(version_of "$program")"
printf 'export GREENLIGHT_CHROMIUM=%q\n' "$program"
