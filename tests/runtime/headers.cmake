# headers.cmake - rules/runtime.rules is what the runtime's headers say, and
# sites.h wraps every function that they declare (but for those that neither
# take, make nor end objects). REFCHECK: the program; ROOT: the source tree.

cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${REFCHECK} rules --from rc/rc.h -- -I.
                WORKING_DIRECTORY ${ROOT}/runtime/include
                OUTPUT_VARIABLE made ERROR_VARIABLE errors RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "refcheck rules --from rc/rc.h: ${status}\n${errors}")
endif()
file(READ ${ROOT}/rules/runtime.rules written)
if(NOT made STREQUAL written)
  file(WRITE runtime.rules.new "${made}")
  message(FATAL_ERROR "rules/runtime.rules is not what the headers say; "
          "what it should be is in runtime.rules.new of the test's folder")
endif()

file(READ ${ROOT}/runtime/include/rc/sites.h sites)
string(REPLACE ";" "," rows "${made}")
string(REPLACE "\n" ";" rows "${rows}")
set(header "")
foreach(row IN LISTS rows)
  if(row MATCHES "^# (rc/.*)$")
    set(header ${CMAKE_MATCH_1})
  elseif(row MATCHES "^(rc_[a-z0-9_]*[a-z0-9])\\(")
    set(name ${CMAKE_MATCH_1})
    string(FIND "${sites}" "#define ${name}(...)" at)
    if(at EQUAL -1 AND NOT header MATCHES "rc/(error|pool|audit).h")
      message(SEND_ERROR "${header}: ${name}() is not in rc/sites.h")
    endif()
  endif()
endforeach()
string(REGEX MATCHALL "#define (rc_[a-z0-9_]+)\\(" names "${sites}")
foreach(found IN LISTS names)
  string(REGEX REPLACE "#define (rc_[a-z0-9_]+)\\(" "\\1" name "${found}")
  if(NOT made MATCHES "\n${name}\\(")
    message(SEND_ERROR "rc/sites.h: no header declares ${name}()")
  endif()
endforeach()
