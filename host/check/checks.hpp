// What each check does; table.cpp has them with their claims. All throw Failed or NotExercised.
#pragma once

#include <string>
#include <vector>

namespace leat::host::check {

class Trial;

// library_checks.cpp
void check_descriptor(Trial& trial);
void check_exports(Trial& trial);
void check_symbols(Trial& trial);
void check_catalog(Trial& trial);

// host_checks.cpp
std::vector<std::string> service_ids();
void check_missing_service(Trial& trial);
void check_first_host(Trial& trial);
void check_future_host(Trial& trial);

// life_checks.cpp
void check_create(Trial& trial);
void check_options(Trial& trial);
void check_growth(Trial& trial);
void check_process(Trial& trial);
void check_secrets(Trial& trial);

// batch_checks.cpp
void check_batches(Trial& trial);
void check_one_bad_record(Trial& trial);
void check_accessors(Trial& trial);
void check_fuzz(Trial& trial);

// call_checks.cpp
void check_cancel_before(Trial& trial);
void check_cancel_during(Trial& trial);
void check_threads(Trial& trial);
void check_parallel(Trial& trial);

// later_checks.cpp
void check_doctor(Trial& trial);
void check_webhook(Trial& trial);
void check_constants(Trial& trial);

// subscriber_checks.cpp
void check_replay(Trial& trial);
void check_bad_cursor(Trial& trial);
void check_bad_source(Trial& trial);

// publisher_checks.cpp
void check_outcomes(Trial& trial);
void check_constant(Trial& trial);

// client_checks.cpp
void check_done(Trial& trial);
void check_cancel_request(Trial& trial);
void check_quiesce(Trial& trial);
void check_answers(Trial& trial);
void check_bad_requests(Trial& trial);

}  // namespace leat::host::check
