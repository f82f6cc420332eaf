# shellcheck shell=bash disable=SC2034,SC2154
# The base of all images: the public one that the Dockerfile names or, where it cannot be pulled, the same made from
# Debian's packages.

public_base_image=$(sed --quiet 's/^ARG BASE=//p' "$root/docker/Dockerfile")
debian_release=${public_base_image#*:}
debian_release=${debian_release%-slim}
local_base_image=arenascope-base:$debian_release

# Sets `base_image`, making or fetching the image if it is not there.  ARENASCOPE_BASE names another one.  With --fresh
# it is a new one in any case, on which all layers, and so Debian's packages, are new.
prepare_base_image () { # [--fresh]
  base_image=${ARENASCOPE_BASE:-}
  if [ -n "$base_image" ]; then
    [ $# = 0 ] || stop "$exit_usage" "--fresh makes a new base image, and ARENASCOPE_BASE names one: pull that instead"
    return
  fi
  if [ $# = 0 ]; then
    # The one of an earlier build first: on another base every layer would be built again.
    for base_image in "$local_base_image" "$public_base_image"; do
      if docker image inspect "$base_image" > /dev/null 2>&1; then
        return
      fi
    done
  fi
  say "fetching the base image $public_base_image"
  if timeout 120 docker pull --quiet "$public_base_image" > /dev/null 2>&1; then
    base_image=$public_base_image
    if [ $# != 0 ]; then
      base_image=$local_base_image
      printf 'FROM %s\nLABEL org.arenascope.made="%s"\n' "$public_base_image" "$(date --utc --iso-8601=seconds)" |
        docker build --quiet --tag "$base_image" - > /dev/null
    fi
  else
    say "it cannot be pulled; making the same from Debian's packages (half a minute)"
    make_base_image
    base_image=$local_base_image
  fi
}

make_base_image () {
  local archive
  require_tools "to make the base image" mmdebstrap
  archive=$(mktemp --tmpdir arenascope-base.XXXXXX.tar)
  trap 'rm --force "$archive"' EXIT
  logged base-image mmdebstrap --variant=minbase --format=tar "$debian_release" "$archive"
  logged base-image-import docker import --change 'CMD ["bash"]' "$archive" "$local_base_image"
  rm --force "$archive"
  trap - EXIT
}
