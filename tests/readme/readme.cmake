# cmake -DSOURCE=DIR -DREFCHECK=PROGRAM -DTHREE=PROGRAM -DWORK=DIR -P readme.cmake
#
# Compares README.md with what it talks about:
#   - the outputs shown are part of what the examples print, on a terminal;
#   - its table of rules has the rules of the program, in its words;
#   - it has two commands, and .ci/run runs the second.

file(READ ${SOURCE}/README.md readme)

# The block that begins with this line, without the line itself.
function(read_block first ret)
  set(open "```text\n${first}\n")
  string(FIND "${readme}" "${open}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md has no block that begins with: ${first}")
  endif()
  string(LENGTH "${open}" skip)
  math(EXPR at "${at} + ${skip}")
  string(SUBSTRING "${readme}" ${at} -1 rest)
  string(FIND "${rest}" "```" end)
  string(SUBSTRING "${rest}" 0 ${end} block)
  set(${ret} "${block}" PARENT_SCOPE)
endfunction()

function(run ret)
  execute_process(COMMAND ${REFCHECK} ${ARGN} OUTPUT_VARIABLE out
                  ERROR_VARIABLE err RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "refcheck ${ARGN}: status ${status}\n${out}${err}")
  endif()
  set(${ret} "${out}${err}" PARENT_SCOPE)
endfunction()

# "[...]" stands for what is left out.
function(expect_parts shown real)
  string(REPLACE "[...]\n" "${escape}" parts "${shown}")
  while(NOT parts STREQUAL "")
    string(FIND "${parts}" "${escape}" end)
    string(SUBSTRING "${parts}" 0 ${end} part)
    string(FIND "${real}" "${part}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "README.md shows\n${part}\nwhich is not part of\n${real}")
    endif()
    if(end EQUAL -1)
      break()
    endif()
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${parts}" ${end} -1 parts)
  endwhile()
endfunction()

# Colours stand for a terminal: with them come excerpts.
string(ASCII 27 escape)
read_block("$ build/refcheck check -p fixtures/example --exit-zero" shown)
run(real check -p fixtures/example --exit-zero --color=always
    --no-default-rules --rules=rules/c.rules --rules=rules/cpython.rules)
string(REGEX REPLACE "${escape}\\[[0-9;]*m" "" real "${real}")
expect_parts("${shown}" "${real}")

set(asked --explain-contract=ring_get_on_drop)
read_block("$ build/refcheck check -p fixtures/example ${asked}" shown)
run(real check -p fixtures/example ${asked} --no-default-rules
    --rules=rules/c.rules --rules=rules/cpython.rules)
expect_parts("${shown}" "${real}")

# A report, two runs, and what they say of it.
set(ENV{RC_TRACE} ${WORK}/plain.trace)
execute_process(COMMAND ${THREE})
set(ENV{RC_TRACE} ${WORK}/fail.trace)
set(ENV{RC_FAIL_ALLOC} 3)
execute_process(COMMAND ${THREE})
run(real check --exit-zero --format=jsonl --output=${WORK}/report.jsonl
    --no-default-rules --rules=rules/c.rules --rules=rules/runtime.rules
    fixtures/crosscheck/three.c -- -Iruntime/include)
read_block("$ build/refcheck crosscheck report.jsonl plain.trace fail.trace" shown)
run(real crosscheck --exit-zero --color=always ${WORK}/report.jsonl
    ${WORK}/plain.trace ${WORK}/fail.trace)
string(REGEX REPLACE "${escape}\\[[0-9;]*m" "" real "${real}")
string(REGEX REPLACE "[^\n]*/(plain|fail)[.]trace:" "\\1.trace:" real "${real}")
expect_parts("${shown}" "${real}")

run(rules explain)
string(REGEX REPLACE "([a-z-]+) +([^\n]*)\n" "| `\\1` | \\2 |\n" table "${rules}")
string(FIND "${readme}" "${table}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "README.md lacks this table of rules:\n${table}")
endif()

file(STRINGS ${SOURCE}/README.md commands REGEX "^apt-get update ")
file(STRINGS ${SOURCE}/.ci/run ci REGEX "^apt-get update ")
list(LENGTH commands count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "README.md has ${count} commands instead of two")
endif()
list(GET commands 1 second)
if(NOT ci STREQUAL second)
  message(FATAL_ERROR "README.md says\n${second}\n.ci/run does\n${ci}")
endif()
