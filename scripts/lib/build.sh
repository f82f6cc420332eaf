# shellcheck shell=bash disable=SC2034,SC2154
# Builds the jars and the images.

# The names of what is built, here and nowhere else.
jdks='17 21 25'
demo_jar=$root/demo/target/arenascope-demo.jar
glibc_check_image=arenascope-glibc:check
glibc_stock_tests_image=arenascope-glibc:stock-tests
glibc_tests_image=arenascope-glibc:tests
glibc_stress_image=arenascope-glibc:stress
glibc_debug_stress_image=arenascope-glibc:debug-stress
glibc_fuzz_image=arenascope-glibc:fuzz
glibc_mutants_image=arenascope-glibc:mutants
glibc_bench_image=arenascope-glibc:bench
libraries_jdk=25
libraries_image=arenascope-libraries:jdk$libraries_jdk
runtime_image () { echo "arenascope:jdk$1"; }
demo_image () { echo "arenascope-demo:jdk$1"; }

# Builds the demo's jar without any test, unless it is newer than all that it is made of.
build_demo_jar () {
  local newer
  if [ -f "$demo_jar" ]; then
    newer=$(cd "$root" && find pom.xml native/pom.xml native/src java measure demo \
      -path '*/target' -prune -o -type f -newer "$demo_jar" -print -quit)
    [ -n "$newer" ] || return 0
  fi
  say "building the library and the demo (a minute, more the first time)"
  logged maven mvn --file "$root/pom.xml" --batch-mode --no-transfer-progress \
    package -DskipTests --projects demo --also-make
}

# Builds the agent and the program that uses real libraries, without any test.
build_libraries () {
  say "building the agent, and the program that uses real libraries (a minute, more the first time)"
  logged maven mvn --file "$root/pom.xml" --batch-mode --no-transfer-progress \
    package -DskipTests --projects agent,libraries --also-make
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
