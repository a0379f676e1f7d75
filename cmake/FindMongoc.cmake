# libmongoc as Mongoc::Mongoc, whose own target is static or shared by another name.
find_package(mongoc-1.0 QUIET CONFIG)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Mongoc REQUIRED_VARS mongoc-1.0_FOUND)

if(Mongoc_FOUND AND NOT TARGET Mongoc::Mongoc)
    add_library(Mongoc::Mongoc INTERFACE IMPORTED)
    target_link_libraries(Mongoc::Mongoc INTERFACE mongo::mongoc_shared)
endif()
