# GLib as GLib::GLib; it brings no package of its own for CMake.
find_library(GLib_LIBRARY glib-2.0)
find_path(GLib_INCLUDE_DIR glib.h PATH_SUFFIXES glib-2.0)
# What depends on the machine is beside the library.
get_filename_component(GLib_library_folder "${GLib_LIBRARY}" DIRECTORY)
find_path(GLib_CONFIG_INCLUDE_DIR glibconfig.h
    HINTS "${GLib_library_folder}" PATH_SUFFIXES glib-2.0/include)
mark_as_advanced(GLib_LIBRARY GLib_INCLUDE_DIR GLib_CONFIG_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(GLib
    REQUIRED_VARS GLib_LIBRARY GLib_INCLUDE_DIR GLib_CONFIG_INCLUDE_DIR)

if(GLib_FOUND AND NOT TARGET GLib::GLib)
    add_library(GLib::GLib UNKNOWN IMPORTED)
    set_target_properties(GLib::GLib PROPERTIES
        IMPORTED_LOCATION "${GLib_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${GLib_INCLUDE_DIR};${GLib_CONFIG_INCLUDE_DIR}")
endif()
