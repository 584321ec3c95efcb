# leat_add_plugin(<name> <source>...)
#
# A plugin library lib<name>.so that exports leat_plugin_v1 and nothing else, stays mapped once loaded, and leaves no
# symbol to chance. It goes to LEAT_PLUGIN_OUTPUT_DIRECTORY when that is set. Link further libraries with
# target_link_libraries(<name>-plugin PRIVATE ...).
set(LEAT_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/leat-plugin.map)

function(leat_add_plugin name)
  set(target ${name}-plugin)
  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name}
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  if(LEAT_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${LEAT_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  target_link_libraries(${target} PRIVATE leat::sdk)
  target_link_options(${target} PRIVATE
    LINKER:--version-script=${LEAT_PLUGIN_MAP} LINKER:-z,nodelete LINKER:--exclude-libs,ALL)
  if(NOT LEAT_SANITIZE)  # sanitizers leave their runtime's symbols to the program
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
  endif()
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${LEAT_PLUGIN_MAP})
endfunction()
