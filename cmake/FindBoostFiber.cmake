# Boost.Fiber as Boost::fiber.
if(TARGET Boost::fiber)
    set(BoostFiber_FOUND TRUE)
    return()
endif()
find_package(Boost 1.81 QUIET CONFIG OPTIONAL_COMPONENTS fiber)
set(BoostFiber_VERSION ${Boost_VERSION})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BoostFiber
    REQUIRED_VARS boost_fiber_FOUND VERSION_VAR BoostFiber_VERSION)
