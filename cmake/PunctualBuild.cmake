# How everything is compiled: the language, the tools, the warnings, the sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(PUNCTUAL_CCACHE ccache)
if(PUNCTUAL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PUNCTUAL_CCACHE})
endif()
find_program(PUNCTUAL_MOLD mold)
if(PUNCTUAL_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Without it, GCC inlines nothing across functions that a shared library exports, and the same
# objects serve the static library and the shared one.
add_compile_options(-fno-semantic-interposition)

add_compile_definitions($<$<CONFIG:Debug,RelWithDebInfo>:_GLIBCXX_ASSERTIONS>)

# For what is not built in here, as the outside project of the tests.
set(PUNCTUAL_SANITIZE_FLAGS)
if(PUNCTUAL_SANITIZE)
    set(PUNCTUAL_SANITIZE_FLAGS -fsanitize=${PUNCTUAL_SANITIZE})
    add_compile_options(-fsanitize=${PUNCTUAL_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${PUNCTUAL_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND PUNCTUAL_SANITIZE MATCHES "thread")
        # It says of each fence that ThreadSanitizer does not see it, and Asio's headers have some.
        add_compile_options(-Wno-tsan)
        string(APPEND PUNCTUAL_SANITIZE_FLAGS " -Wno-tsan")
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        # Clang 14 takes calls through the type-erased functions of coroutines for wrong ones.
        add_compile_options(-fno-sanitize=function)
        string(APPEND PUNCTUAL_SANITIZE_FLAGS " -fno-sanitize=function")
    elseif(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # GCC 12 loses track of what is initialised once it has put its checks in between.
        add_compile_options(-Wno-maybe-uninitialized)
    endif()
endif()
if(PUNCTUAL_BUILD_FUZZERS)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "punctual: the fuzzers need clang: set CMAKE_CXX_COMPILER to clang++, "
            "not ${CMAKE_CXX_COMPILER}")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The warnings that all of Punctual's own code is compiled with.
add_library(punctual-warnings INTERFACE)
target_compile_options(punctual-warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${PUNCTUAL_WARNINGS_AS_ERRORS}>:-Werror>
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC bug 105329: with -O3 it takes `"text" + std::string(…)` for an overlapping copy.
    target_compile_options(punctual-warnings INTERFACE -Wno-restrict)
endif()

# What code of Punctual is compiled with: the warnings, the public headers and the private ones.
add_library(punctual-flags INTERFACE)
target_link_libraries(punctual-flags INTERFACE punctual-warnings)
target_include_directories(punctual-flags INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
