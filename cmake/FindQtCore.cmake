# Qt 6's core as Qt6::Core.
find_package(Qt6 QUIET CONFIG COMPONENTS Core)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(QtCore REQUIRED_VARS Qt6Core_FOUND)
