# leat_add_plugin(<name> [SHARED_RUNTIME] <source>...)
#
# The target <name>-plugin: a library lib<name>.so that exports leat_plugin_v1 and nothing else, stays mapped once loaded,
# and leaves no symbol to chance. It brings its C++ runtime along (libstdc++, or libc++ with -stdlib=libc++), so that it
# depends neither on the host's nor on the version of either. SHARED_RUNTIME leaves the runtime to the system: for a plugin
# that links a shared library written in C++, whose exceptions and objects need the same runtime on both sides.
# The library goes to LEAT_PLUGIN_OUTPUT_DIRECTORY, else to the build folder. With enable_testing() and an installed leat,
# the test <name>-check runs `leat plugin check` on it. Link further libraries with
# target_link_libraries(<name>-plugin PRIVATE ...).
set(LEAT_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/leat-plugin.map)

function(leat_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "SHARED_RUNTIME" "" "")
  set(target ${name}-plugin)
  set(folder ${CMAKE_BINARY_DIR})
  if(LEAT_PLUGIN_OUTPUT_DIRECTORY)
    set(folder ${LEAT_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  add_library(${target} MODULE ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${target} PROPERTIES
    PREFIX lib
    SUFFIX .so
    OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${folder}
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    LINK_DEPENDS ${LEAT_PLUGIN_MAP})
  target_link_libraries(${target} PRIVATE leat::sdk)
  target_link_options(${target} PRIVATE
    LINKER:--version-script=${LEAT_PLUGIN_MAP} LINKER:-z,nodelete LINKER:--exclude-libs,ALL)

  # Sanitizers bring a runtime of their own, whose symbols the program has.
  if(NOT LEAT_SANITIZE AND NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
    if(NOT ARG_SHARED_RUNTIME)
      leat_static_runtime(${target})
    endif()
  endif()

  if(LEAT_PROGRAM)
    add_test(NAME ${name}-check COMMAND ${LEAT_PROGRAM} plugin check $<TARGET_FILE:${target}>)
  endif()
endfunction()

# libc++ is named in full: its archive does not name libc++abi, and the driver does not add it.
function(leat_static_runtime target)
  target_link_options(${target} PRIVATE -static-libgcc)
  if("${CMAKE_CXX_FLAGS}" MATCHES "-stdlib=libc[+][+]")
    target_link_options(${target} PRIVATE $<$<LINK_LANGUAGE:CXX>:-nostdlib++>)
    target_link_libraries(${target} PRIVATE
      $<$<LINK_LANGUAGE:CXX>:-Wl,--push-state,-Bstatic,-lc++,-lc++abi,--pop-state>)
  else()
    target_link_options(${target} PRIVATE $<$<LINK_LANGUAGE:CXX>:-static-libstdc++>)
  endif()
endfunction()
