# Installs BUILD_FOLDER into a prefix of its own, builds the project beside this file against that
# copy with all COMPONENTS (a,b,…), and runs it. A component that does not exist must be refused by name.

set(prefix ${WORK_FOLDER}/prefix)
set(project_build ${WORK_FOLDER}/build)
file(REMOVE_RECURSE ${WORK_FOLDER})

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
    endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_FOLDER} --prefix ${prefix})

set(configure ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -G ${GENERATOR}
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER}
    -D CMAKE_CXX_FLAGS=${COMPILER_FLAGS} -D CMAKE_BUILD_TYPE=Release)
run(${configure} -D COMPONENTS=${COMPONENTS} -B ${project_build})
run(${CMAKE_COMMAND} --build ${project_build})
run(${project_build}/consume)
run(${prefix}/bin/punctual --help)

file(WRITE ${WORK_FOLDER}/unknown/CMakeLists.txt
    "cmake_minimum_required(VERSION 3.25)\nproject(unknown LANGUAGES CXX)\n"
    "find_package(punctual REQUIRED COMPONENTS abacus)\n")
execute_process(
    COMMAND ${CMAKE_COMMAND} -S ${WORK_FOLDER}/unknown -B ${WORK_FOLDER}/unknown/build
        -G ${GENERATOR} -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0 OR NOT output MATCHES "punctual has no component abacus")
    message(FATAL_ERROR "a component that does not exist was not refused by name:\n${output}")
endif()
