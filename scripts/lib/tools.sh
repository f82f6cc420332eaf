# shellcheck shell=bash disable=SC2034,SC2154
# The programs that the build needs: finds what is missing, installs it from Debian's packages where that is allowed,
# and starts Docker's engine where none runs.

is_root () { [ "$(id --user)" = 0 ]; }

# The first number of javac's version, 0 without one.
jdk_version () {
  local javac=javac
  [ -z "${JAVA_HOME:-}" ] || javac=$JAVA_HOME/bin/javac
  "$javac" -version 2> /dev/null | sed --quiet 's/^javac \([0-9]*\).*/\1/p' | grep . || echo 0
}

docker_context () { docker context inspect --format '{{.Name}}' 2> /dev/null || echo default; }

# Whether the engine is one that the user chose (a remote or a rootless one), which is not ours to install or start.
engine_is_chosen () {
  [ -n "${DOCKER_HOST:-}" ] && return
  command -v docker > /dev/null && [ "$(docker_context)" != default ]
}

has_tool () { # TOOL
  case $1 in
    jdk) [ "$(jdk_version)" -ge 17 ] ;;
    engine) engine_is_chosen || command -v dockerd > /dev/null || docker version > /dev/null 2>&1 ;;
    *) command -v "$1" > /dev/null ;;
  esac
}

# Debian's packages for a tool.  Docker's client became a package of its own in Debian 13.
packages_of () { # TOOL
  case $1 in
    jdk) echo default-jdk-headless ;;
    mvn) echo maven ;;
    gcc | g++) echo "$1 libc6-dev" ;;
    docker)
      if [ -n "$(apt-cache policy docker-cli 2> /dev/null)" ]; then echo docker-cli; else echo docker.io; fi ;;
    engine)
      echo docker.io iptables
      # Where the kernel has AppArmor switched on, the engine starts no container without its parser.
      if [ "$(cat /sys/module/apparmor/parameters/enabled 2> /dev/null)" = Y ]; then echo apparmor; fi ;;
    *) echo "$1" ;;
  esac
}

# Sees to it that the tools are there, by installing them or by stopping with what to do.
require_tools () { # PURPOSE TOOL...
  local purpose=$1 tool missing=() packages
  shift
  for tool; do
    has_tool "$tool" || missing+=("$tool")
  done
  [ ${#missing[@]} != 0 ] || return 0
  if ! command -v apt-get > /dev/null; then
    stop "$exit_missing" "missing $purpose: ${missing[*]}" \
      "this is no Debian: install them (jdk: a JDK of version 17 or later; engine: Docker's), then run this again"
  fi
  if is_root; then
    say "missing $purpose: ${missing[*]}"
    logged apt-update apt-get update
  fi
  packages=$(for tool in "${missing[@]}"; do packages_of "$tool"; done | xargs -n 1 | sort --unique | xargs)
  if ! is_root; then
    stop "$exit_missing" "missing $purpose: ${missing[*]}" "have them installed, then run this again:" \
      "  sudo apt-get install --no-install-recommends $packages"
  fi
  say "installing $packages (up to two minutes)"
  # shellcheck disable=SC2086  # one word for each package
  logged apt-install env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $packages
  for tool in "${missing[@]}"; do
    has_tool "$tool" || stop "$exit_missing" "installed $packages, and still there is no $tool of the right version" \
      "if JAVA_HOME names an older JDK, unset it or set it to one of version 17 or later"
  done
}

engine_answers () { docker version > /dev/null 2>&1; }

# Sees to it that an engine answers.
require_engine () {
  local answer
  engine_answers && return
  answer=$(docker version 2>&1 > /dev/null || true)
  if grep --quiet 'permission denied' <<< "$answer"; then
    stop "$exit_missing" "Docker runs, and $(id --user --name) may not use it; do one of these, then run this again:" \
      "  sudo usermod --append --groups docker $(id --user --name)    (and log in anew)" "  run this as root"
  fi
  if engine_is_chosen; then
    stop "$exit_missing" "the Docker engine at ${DOCKER_HOST:-the context $(docker_context)} does not answer:" \
      "$answer" "start it, or unset DOCKER_HOST or the context to use this machine's own"
  fi
  if ! is_root; then
    stop "$exit_missing" "Docker's engine is not running; start it, then run this again:" \
      "  sudo systemctl start docker"
  fi
  start_engine
}

start_engine () {
  local log=/var/log/arenascope-dockerd.log how second
  say "starting Docker's engine"
  if [ -d /run/systemd/system ]; then
    systemctl start docker || true
    log='journalctl --unit=docker'
    how='systemctl stop docker.socket docker'
  else
    setsid dockerd > "$log" 2>&1 < /dev/null &
    how="kill \$(cat /var/run/docker.pid)"
  fi
  for second in $(seq 60); do
    if engine_answers; then
      say "it is left running; to stop it: $how"
      return
    fi
    sleep 1
  done
  stop "$exit_missing" "Docker's engine did not answer within a minute; see $log"
}
