# How the library is put together: the layers of the core, the core, the components.

set_property(GLOBAL PROPERTY PUNCTUAL_LAYERS "")
set_property(GLOBAL PROPERTY PUNCTUAL_LINKS "")
set_property(GLOBAL PROPERTY PUNCTUAL_COMPONENTS "")
set_property(GLOBAL PROPERTY PUNCTUAL_COMPONENT_PACKAGES "")
set_property(GLOBAL PROPERTY PUNCTUAL_COMPONENT_CLIENTS "")
set_property(GLOBAL PROPERTY PUNCTUAL_MISSING_COMPONENTS "")

# punctual_layer(name [LINK library…] [HEADERS library…])
# src/name/*.cpp as the object library punctual-name, which may use the layers made before it. LINK
# has the libraries that users of the layer must link, HEADERS those of which only headers are used.
function(punctual_layer name)
    cmake_parse_arguments(ARG "" "" "LINK;HEADERS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    if(NOT sources)
        return()
    endif()
    set_property(GLOBAL APPEND PROPERTY PUNCTUAL_LINKS ${ARG_LINK})
    set_property(GLOBAL APPEND PROPERTY PUNCTUAL_LAYERS ${name})
    get_property(links GLOBAL PROPERTY PUNCTUAL_LINKS)
    add_library(punctual-${name} OBJECT ${sources})
    target_link_libraries(punctual-${name}
        PRIVATE punctual-flags ${ARG_HEADERS} PUBLIC ${links} Threads::Threads)
endfunction()

# punctual_core_library(): the library `punctual` of all layers, for users `punctual::punctual`.
function(punctual_core_library)
    get_property(layers GLOBAL PROPERTY PUNCTUAL_LAYERS)
    get_property(links GLOBAL PROPERTY PUNCTUAL_LINKS)
    add_library(punctual)
    foreach(layer IN LISTS layers)
        target_sources(punctual PRIVATE $<TARGET_OBJECTS:punctual-${layer}>)
    endforeach()
    target_include_directories(punctual PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_features(punctual PUBLIC cxx_std_20)
    target_link_libraries(punctual PUBLIC Threads::Threads PRIVATE ${links})
    set_target_properties(punctual PROPERTIES LINKER_LANGUAGE CXX)
    punctual_name_library(punctual punctual)
endfunction()

# punctual_component(name [ADAPTER] [MOC] FIND package DEBIAN package LINK library… [WITH folder…])
# src/*/name/*.cpp as the library punctual-name, for users `punctual::name`. FIND is the package as
# find_package knows it, DEBIAN as apt does. WITH names what it shares with other components:
# src/*/folder/*.cpp. The sources of an ADAPTER are what users name in theirs; with MOC
# its header has Qt's macros and its types, so its users need Qt too. Those of the others
# define `punctual_register_name`, in the object that registers what the component brings.
function(punctual_component name)
    cmake_parse_arguments(ARG "ADAPTER;MOC" "FIND;DEBIAN" "LINK;WITH" ${ARGN})
    set_property(GLOBAL APPEND PROPERTY PUNCTUAL_COMPONENT_PACKAGES
        "set(_punctual_${name}_find ${ARG_FIND})"
        "set(_punctual_${name}_debian ${ARG_DEBIAN})"
        "set(_punctual_${name}_public ${ARG_MOC})")
    find_package(${ARG_FIND} QUIET)
    if(NOT ${ARG_FIND}_FOUND)
        message(STATUS "punctual: leaving out ${name}: install ${ARG_DEBIAN} to have it")
        set_property(GLOBAL APPEND PROPERTY PUNCTUAL_MISSING_COMPONENTS ${name})
        return()
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/${name}/*.cpp)
    if(NOT sources)
        return()
    endif()
    foreach(folder IN LISTS ARG_WITH)
        file(GLOB shared CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/${folder}/*.cpp)
        list(APPEND sources ${shared})
    endforeach()
    set_property(GLOBAL APPEND PROPERTY PUNCTUAL_COMPONENTS ${name})
    set_property(GLOBAL APPEND PROPERTY PUNCTUAL_COMPONENT_CLIENTS ${ARG_LINK})
    add_library(punctual-${name} ${sources})
    target_link_libraries(punctual-${name} PUBLIC punctual
        PRIVATE $<BUILD_INTERFACE:punctual-flags> ${ARG_LINK} fmt::fmt)
    if(ARG_MOC)
        target_sources(punctual-${name}
            PRIVATE ${PROJECT_SOURCE_DIR}/include/punctual/schedulers/${name}.hpp)
        set_target_properties(punctual-${name} PROPERTIES AUTOMOC ON)
        target_link_libraries(punctual-${name} PUBLIC ${ARG_LINK})
    endif()
    if(NOT ARG_ADAPTER)
        punctual_keep_registration(${name})
    endif()
    punctual_name_library(punctual-${name} ${name})
endfunction()

# punctual_keep_registration(name): the component is linked though nothing refers to it by name: it
# is found by the URL that it registered. Linkers would drop an object or a library that nothing
# refers to.
function(punctual_keep_registration name)
    if(BUILD_SHARED_LIBS)
        target_link_options(punctual-${name} INTERFACE LINKER:--no-as-needed)
    else()
        target_link_options(punctual-${name}
            INTERFACE LINKER:--undefined=punctual_register_${name})
    endif()
endfunction()

# punctual_name_library(target name): the target as `punctual::name`, here and where it is installed.
function(punctual_name_library target name)
    add_library(punctual::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endfunction()

# punctual_components(variable): sets it to the targets of all components that are built.
function(punctual_components variable)
    get_property(names GLOBAL PROPERTY PUNCTUAL_COMPONENTS)
    list(TRANSFORM names PREPEND punctual::)
    set(${variable} ${names} PARENT_SCOPE)
endfunction()

# punctual_component_clients(variable): sets it to the libraries that these components stand on, for
# tests and benchmarks that talk to a server themselves.
function(punctual_component_clients variable)
    get_property(clients GLOBAL PROPERTY PUNCTUAL_COMPONENT_CLIENTS)
    set(${variable} ${clients} PARENT_SCOPE)
endfunction()

# punctual_without_missing_components(variable): takes the sources `<component>_*.cpp` of components
# that are not built out of the list.
function(punctual_without_missing_components variable)
    get_property(missing GLOBAL PROPERTY PUNCTUAL_MISSING_COMPONENTS)
    foreach(name IN LISTS missing)
        list(FILTER ${variable} EXCLUDE REGEX "/${name}_[^/]*$")
    endforeach()
    set(${variable} ${${variable}} PARENT_SCOPE)
endfunction()
