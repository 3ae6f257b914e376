# cmake -DNAME=... -DREFCHECK=... -DWRONG=... -DFIXED=... -DSOURCE=... -DWORK=...
#       -P run.cmake
#
# Report what refcheck finds in fixtures/crosscheck/NAME.c, run the program with
# its mistakes and without, plain and with each allocation failing, and compare
# what the traces say of the report with NAME.expected. (Lines of traces are
# left out of that: they change with the runtime.)

set(source fixtures/crosscheck/${NAME}.c)
set(work ${WORK}/${NAME})
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})

function(expect_status real wanted what)
  if(NOT real EQUAL wanted)
    message(FATAL_ERROR "${what}: status ${real} instead of ${wanted}")
  endif()
endfunction()

# One trace plain, and one for each allocation; *ret lists them.
function(make_traces program variant ret)
  set(traces)
  foreach(n RANGE 1000)
    set(trace ${work}/${variant}-${n}.trace)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env RC_TRACE=${trace}
                            RC_FAIL_ALLOC=${n} ${program}
                    RESULT_VARIABLE status)
    expect_status("${status}" 0 ${trace})
    list(APPEND traces ${trace})
    file(STRINGS ${trace} failed REGEX "^fail\t")
    if(n AND NOT failed) # there are no more of them
      break()
    endif()
  endforeach()
  set(${ret} ${traces} PARENT_SCOPE)
endfunction()

function(crosscheck variant wanted ret)
  execute_process(COMMAND ${REFCHECK} crosscheck ${work}/report.jsonl ${ARGN}
                  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE out
                  ERROR_VARIABLE err RESULT_VARIABLE status)
  expect_status("${status}" ${wanted} "crosscheck ${variant}: ${out}${err}")
  string(REGEX REPLACE "[^\n]*/([a-z]+)-([0-9]+)\\.trace:[0-9]+" "\\1-\\2.trace"
         out "${out}")
  string(REGEX REPLACE "\n.*" "\n" err "${err}")
  set(${ret} "---- ${variant} ----\n${out}${err}" PARENT_SCOPE)
endfunction()

execute_process(COMMAND ${REFCHECK} check --exit-zero -q -j1 --format=jsonl
                        --output=${work}/report.jsonl --no-default-rules
                        --rules=rules/c.rules --rules=rules/runtime.rules
                        ${source} -- -std=c11 -D_GNU_SOURCE -Iruntime/include
                WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE status)
expect_status("${status}" 0 "check")

make_traces(${WRONG} wrong traces)
crosscheck(wrong 1 wrong ${traces})
make_traces(${FIXED} fixed traces)
crosscheck(fixed 0 fixed ${traces})

file(READ ${SOURCE}/fixtures/crosscheck/${NAME}.expected expected)
if(NOT "${wrong}${fixed}" STREQUAL "${expected}")
  file(WRITE ${work}/${NAME}.printed "${wrong}${fixed}")
  message(FATAL_ERROR "${NAME}.expected differs from ${work}/${NAME}.printed")
endif()
