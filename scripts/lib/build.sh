# shellcheck shell=bash disable=SC2034,SC2154
# Builds the jars and the images.

# The names of what is built, here and nowhere else.
jdks='17 21 25'
jars='demo/target/arenascope-demo.jar bench/target/arenascope-bench.jar agent/target/arenascope-agent.jar
  top/target/arenascope.jar libraries/target/program/arenascope-libraries.jar'
glibc_check_image=arenascope-glibc:check
glibc_stock_tests_image=arenascope-glibc:stock-tests
glibc_tests_image=arenascope-glibc:tests
glibc_stress_image=arenascope-glibc:stress
glibc_debug_stress_image=arenascope-glibc:debug-stress
glibc_fuzz_image=arenascope-glibc:fuzz
glibc_mutants_image=arenascope-glibc:mutants
glibc_bench_image=arenascope-glibc:bench
bench_jdk=25
java_bench_image=arenascope-bench:java
libraries_image=arenascope-bench:libraries
runtime_image () { echo "arenascope:jdk$1"; }
demo_image () { echo "arenascope-demo:jdk$1"; }

# Builds all jars without any test, unless nothing that they are made of has changed since they were built.
build_jars () {
  local jar built=$root/target/jars.built
  for jar in $jars; do
    [ -f "$root/$jar" ] || rm --force "$built"
  done
  if [ -f "$built" ] && [ -z "$(cd "$root" && find . \( -path '*/target' -o -path ./native/glibc -o -path ./.git \
      -o -path ./scripts -o -path ./docs \) -prune -o -type f -newer "$built" -print -quit)" ]; then
    return
  fi
  say "building the jars (a minute, more the first time)"
  mkdir -p "${built%/*}"
  touch "$built.new"
  logged maven mvn --file "$root/pom.xml" --batch-mode --no-transfer-progress package -DskipTests
  mv "$built.new" "$built"
}

# Prints the Dockerfile with no other stages than those that STAGE is made of.
select_stages () { # STAGE
  awk -v target="$1" '
    BEGIN { count = 0 }
    /^FROM / { count++; name[count] = $4; needs[count] = $2 }
    match ($0, /^COPY --from=[^ ]*/) { needs[count] = needs[count] " " substr ($0, 13, RLENGTH - 12) }
    { text[count] = text[count] $0 "\n" }
    END {
      wanted[target]
      for (i = count; i > 0; i--)
        if (name[i] in wanted)
          {
            split (needs[i], parts)
            for (part in parts)
              wanted[parts[part]]
          }
      for (i = 0; i <= count; i++)
        if (i == 0 || name[i] in wanted)
          printf "%s", text[i]
    }' "$root/docker/Dockerfile"
}

# The legacy builder builds every stage above the wanted one, so it gets to see only those that are needed.
build_stage () { # STAGE TAG OPTION...
  local stage=$1 tag=$2 stages=$root/target/docker/$1.Dockerfile
  shift 2
  mkdir -p "${stages%/*}"
  select_stages "$stage" > "$stages"
  logged "image-${tag//[:\/]/-}" docker build --build-arg BASE="$base_image" --file "$stages" \
    --target "$stage" --tag "$tag" "$@" "$root"
}

# Builds the images of one JDK: the runtime, and the demo on it.
build_images () { # JDK
  if docker image inspect "$(runtime_image "$1")" > /dev/null 2>&1; then
    say "bringing the images for JDK $1 up to date (seconds; minutes when glibc's patches changed)"
  else
    say "building glibc and the images for JDK $1 (10 to 15 minutes on two cores, the first time only)"
  fi
  build_stage jdk "$(runtime_image "$1")" --build-arg JDK="$1"
  build_stage demo "$(demo_image "$1")" --build-arg JDK="$1"
}
