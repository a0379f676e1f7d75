# Boost::fiber for builds with sanitizers, from PUNCTUAL_BOOST_SOURCE (script/boost-source makes it).
# A sanitizer takes each switch of fibers for an error, unless Boost.Fiber and Boost.Context are
# built to tell it of them, which Debian's are not: without the source, fibers are left out.

set(PUNCTUAL_BOOST_SOURCE "" CACHE PATH "Source of Boost.Fiber and Boost.Context, for sanitizers")

find_package(Boost 1.81 QUIET CONFIG)
if(NOT PUNCTUAL_BOOST_SOURCE OR NOT Boost_FOUND)
    message(STATUS "punctual: fibers need PUNCTUAL_BOOST_SOURCE, as script/test sets it, for the "
        "sanitizers do not follow those of an installed Boost.Fiber")
    set(CMAKE_DISABLE_FIND_PACKAGE_BoostFiber TRUE)
    return()
endif()

set(context ${PUNCTUAL_BOOST_SOURCE}/libs/context/src)
set(fiber ${PUNCTUAL_BOOST_SOURCE}/libs/fiber/src)
file(GLOB sources ${fiber}/*.cpp)
add_library(sanitized-boost-fiber STATIC ${sources}
    ${fiber}/algo/algorithm.cpp ${fiber}/algo/round_robin.cpp
    ${fiber}/algo/shared_work.cpp ${fiber}/algo/work_stealing.cpp
    ${context}/continuation.cpp ${context}/fiber.cpp ${context}/posix/stack_traits.cpp)
# The switch by ucontext is the one that tells the sanitizers.
target_compile_definitions(sanitized-boost-fiber
    PRIVATE BOOST_FIBERS_SOURCE BOOST_CONTEXT_SOURCE PUBLIC BOOST_USE_UCONTEXT)
if(PUNCTUAL_SANITIZE MATCHES address)
    target_compile_definitions(sanitized-boost-fiber PUBLIC BOOST_USE_ASAN)
elseif(PUNCTUAL_SANITIZE MATCHES thread)
    target_compile_definitions(sanitized-boost-fiber PUBLIC BOOST_USE_TSAN)
endif()
target_link_libraries(sanitized-boost-fiber PUBLIC Boost::headers Threads::Threads)

# Imported, as the installed one is, so that what links it can be installed.
add_library(Boost::fiber INTERFACE IMPORTED GLOBAL)
target_link_libraries(Boost::fiber INTERFACE sanitized-boost-fiber)
