# What is installed, and how other projects find it.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The program finds shared libraries beside itself, wherever the prefix is.
set(CMAKE_INSTALL_RPATH $ORIGIN/../${CMAKE_INSTALL_LIBDIR})

# punctual_install(): headers, libraries, the program, and the package for find_package.
function(punctual_install)
    set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/punctual)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN *.hpp)
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
    if(TARGET punctual-program)
        install(TARGETS punctual-program)
    endif()
    punctual_install_library(punctual punctual-targets ${package_folder})
    get_property(components GLOBAL PROPERTY PUNCTUAL_COMPONENTS)
    foreach(component IN LISTS components)
        punctual_install_library(
            punctual-${component} punctual-${component}-targets ${package_folder})
    endforeach()
    punctual_install_package(${package_folder})
endfunction()

function(punctual_install_library target export package_folder)
    install(TARGETS ${target} EXPORT ${export})
    install(EXPORT ${export} NAMESPACE punctual:: DESTINATION ${package_folder})
endfunction()

function(punctual_install_package package_folder)
    get_property(component_packages GLOBAL PROPERTY PUNCTUAL_COMPONENT_PACKAGES)
    list(JOIN component_packages "\n" PUNCTUAL_COMPONENT_PACKAGES)
    configure_package_config_file(
        ${PROJECT_SOURCE_DIR}/cmake/punctual-config.cmake.in
        ${PROJECT_BINARY_DIR}/punctual-config.cmake
        INSTALL_DESTINATION ${package_folder}
        NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
    # Before 1.0 a new minor version may change the interface.
    write_basic_package_version_file(
        ${PROJECT_BINARY_DIR}/punctual-config-version.cmake COMPATIBILITY SameMinorVersion)
    file(GLOB find_modules CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/Find*.cmake)
    install(FILES
        ${PROJECT_BINARY_DIR}/punctual-config.cmake
        ${PROJECT_BINARY_DIR}/punctual-config-version.cmake
        ${find_modules}
        DESTINATION ${package_folder})
endfunction()
