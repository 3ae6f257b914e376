# cmake -DREFCHECK=... -DPYTHON=... -DHEADERS=... -DSOURCE=... -DWORK=...
#       -P run.cmake
#
# Report what refcheck finds in fixtures/extension/lost.c, run the program there
# on the module with its mistakes and without, plain and with each allocation
# failing, and compare what the traces say of the report with lost.expected.
# (Lines of traces and their numbers of events are left out of that.)

cmake_policy(VERSION 3.25)

function(expect_status real wanted what)
  if(NOT real EQUAL wanted)
    message(FATAL_ERROR "${what}: status ${real} instead of ${wanted}")
  endif()
endfunction()

# One trace plain, and one for each allocation; *ret lists them.
function(make_traces variant ret)
  set(traces)
  foreach(n RANGE 100)
    set(trace ${WORK}/${variant}/${n}.trace)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${WORK}/${variant}
                            PYTHONDONTWRITEBYTECODE=1 RC_FAIL_ALLOC=${n}
                            ${REFCHECK} trace --repeat=4 -o ${trace} --
                            ${PYTHON} fixtures/extension/program.py
                    WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE status
                    ERROR_VARIABLE err)
    expect_status("${status}" 0 "${trace}: ${err}")
    list(APPEND traces ${trace})
    file(STRINGS ${trace} failed REGEX "^fail\t")
    if(n AND NOT failed) # there are no more of them
      break()
    endif()
  endforeach()
  set(${ret} ${traces} PARENT_SCOPE)
endfunction()

function(crosscheck variant wanted ret)
  make_traces(${variant} traces)
  execute_process(COMMAND ${REFCHECK} crosscheck ${WORK}/report.jsonl ${traces}
                  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE out
                  ERROR_VARIABLE err RESULT_VARIABLE status)
  expect_status("${status}" ${wanted} "crosscheck ${variant}: ${out}${err}")
  string(REGEX REPLACE "[^\n]*/([a-z]+)/[0-9]+\\.trace:[0-9]+" "\\1" out "${out}")
  string(REGEX REPLACE "reached [0-9]+ times" "reached some times" out "${out}")
  string(REGEX REPLACE "\n.*" "\n" err "${err}")
  set(${ret} "---- ${variant} ----\n${out}${err}" PARENT_SCOPE)
endfunction()

execute_process(COMMAND ${REFCHECK} check --exit-zero -q -j1 --format=jsonl
                        --output=${WORK}/report.jsonl --no-default-rules
                        --rules=rules/c.rules --rules=rules/cpython.rules
                        fixtures/extension/lost.c -- -I${HEADERS}
                WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE status)
expect_status("${status}" 0 "check")

crosscheck(wrong 1 wrong)
crosscheck(fixed 0 fixed)

# A run that would leave no trace is not begun, and one that leaves none does
# not leave an old one either.
execute_process(COMMAND ${REFCHECK} trace -o ${WORK}/none/trace -- ${PYTHON} -c
                        "print('ran')"
                OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE status)
expect_status("${status}" 2 "an unwritable trace: ${out}${err}")
if(out OR NOT err MATCHES "none/trace: cannot write: ")
  message(FATAL_ERROR "an unwritable trace: ${out}${err}")
endif()
file(WRITE ${WORK}/old.trace "rc-trace\t1\nfinish\t0\t0\n")
execute_process(COMMAND ${REFCHECK} trace -o ${WORK}/old.trace -- ${PYTHON} -c "1"
                RESULT_VARIABLE status)
expect_status("${status}" 0 "nothing to trace")
file(SIZE ${WORK}/old.trace size)
expect_status(${size} 0 "a trace of an earlier run")

file(READ ${SOURCE}/fixtures/extension/lost.expected expected)
if(NOT "${wrong}${fixed}" STREQUAL "${expected}")
  file(WRITE ${WORK}/lost.printed "${wrong}${fixed}")
  message(FATAL_ERROR "lost.expected differs from ${WORK}/lost.printed")
endif()
