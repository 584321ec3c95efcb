// Documents for records: ordinary ones, ones at the edge of what JSON allows, and random changes of both.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "host/record/batch.hpp"

namespace leat::host::check {

const std::vector<std::string>& sample_documents();  // objects as systems keep them
// From now on the samples are the lines of this file. Throws NotExercised when it has none that is JSON.
void use_documents(const std::filesystem::path& file);
const std::vector<std::string>& edge_documents();  // valid JSON that plugins stumble over
std::string sample_lines();                        // 40 objects, a line each, with ids 1 to 40
// Contents of a file that is damaged in one way or another; not all are UTF-8.
const std::vector<std::string>& damaged_contents();

// A document changed at random; valid JSON still.
std::string mutated(std::mt19937_64& random);

// A batch of these documents.
Batch make_batch(const std::vector<std::string>& documents);
// count documents, the samples in turn.
Batch make_batch(std::size_t count);

void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace leat::host::check
