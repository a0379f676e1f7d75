# Boost.Asio as Boost::headers: from 1.81 on it has all that Punctual needs of it.
find_package(Boost 1.81 QUIET CONFIG)
set(BoostAsio_VERSION ${Boost_VERSION})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BoostAsio
    REQUIRED_VARS Boost_FOUND VERSION_VAR BoostAsio_VERSION)
