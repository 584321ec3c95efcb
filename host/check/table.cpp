// The list of checks, stated once: the program, its output and the table in sdk/README.md follow it.
#include <algorithm>
#include <array>

#include "host/check/check.hpp"
#include "host/check/checks.hpp"

namespace leat::host::check {
namespace {

const std::array kChecks = {
    Check{"descriptor", of_library, "it loads, every component can be used, and the descriptor never changes",
          "correct what the text names; nothing of leat_plugin_v1 may change after the library is loaded",
          &check_descriptor},
    Check{"exports", of_library, "leat_plugin_v1 is its one exported symbol",
          "link with leat_add_plugin(), or with cmake/leat-plugin.map, --exclude-libs,ALL and -fvisibility=hidden",
          &check_exports},
    Check{"symbols", of_library, "every symbol it uses comes from the libraries it names",
          "link what it uses, and with --no-undefined; a symbol that the host happens to have may be gone tomorrow",
          &check_symbols},
    Check{"catalog", of_library, "its catalog, if it has one, answers any words",
          "leat_catalog.search sets {\"total\", \"entries\"} for any words and limit, or fails with a kind and a text",
          &check_catalog},

    Check{"create", of_all, "create makes an instance of options that its schema allows",
          "give options with --config, or state `examples` for required options in config_schema", &check_create},
    Check{"options", of_all, "options that are wrong are refused as invalid, with a text",
          "check what create reads, and fail with LEAT_INVALID and a text that names the option", &check_options},
    Check{"missing-service", of_all, "a service that the host lacks is refused with a kind and a text",
          "a table that service() does not give is NULL: fail with LEAT_UNSUPPORTED and a text, or do without it",
          &check_missing_service, &service_ids},
    Check{"host-1.0", of_all, "it runs on a host of ABI 1.0, whose tables end where those of 1.0 end",
          "ask LEAT_HAS before you use what came after 1.0, and copy no more than struct_size bytes of a table",
          &check_first_host},
    Check{"host-future", of_all, "it runs on a later host, whose tables are longer",
          "accept any struct_size that is large enough, and copy no more of a table than you know", &check_future_host},
    Check{"growth", of_all, "1,000 lives and 1,000 uses leave no memory, file or thread behind",
          "free in destroy what create made, and what a call made when it ends", &check_growth},
    Check{"process", of_all, "it leaves the process as it found it",
          "no fork, signal handler, setlocale, chdir, umask, setenv or exit; end your threads before deinit returns",
          &check_process},
    Check{"secrets", of_all, "no secret shows in a log line, an error, an answer or a cursor",
          "say the option's name instead of its value, and look at texts you take from the far side", &check_secrets},

    Check{"batches", of_batches, "batches of 0, 1 and 1,000 records, and any JSON document, get a sound outcome",
          "count() and at() say what a batch holds; at() is NULL for what is dropped or rejected", &check_batches},
    Check{"one-bad-record", of_batches, "a record that cannot be used is rejected, and the others go on",
          "call reject for that record and return LEAT_OK; another kind is the outcome of the whole batch",
          &check_one_bad_record},
    Check{"accessors", of_batches, "a record that refuses a change or a read does no harm",
          "look at what the accessors return: put and push may give NULL, set_str and set_json may refuse",
          &check_accessors},
    Check{"fuzz", of_batches, "documents that were changed at random do no harm",
          "the text has the document; run the check again with the same --seed", &check_fuzz},

    Check{"replay", of_subscriber,
          "started from each of its cursors, it gives the records behind it, once; from the last, none or all anew",
          "set the cursor behind the records of the batch, and let open continue exactly there", &check_replay, nullptr,
          true},
    Check{"bad-cursor", of_subscriber, "a cursor it did not write is refused or ignored, and open works again",
          "check what open gets, fail with a kind and a text, and allow open after close", &check_bad_cursor},
    Check{"bad-source", of_subscriber, "what it reads may be damaged, empty or refused",
          "fail with a kind and a text; never take a refusal for the end", &check_bad_source},

    Check{"outcomes", of_publisher, "a record counts as stored only when the far side took it",
          "return or reject with the kind of the failed request: busy and unreachable are tried again, invalid is not",
          &check_outcomes},
    Check{"constant", of_publisher, "replay_safe and batch_max say the same all the time",
          "the host asks once; derive both from the options", &check_constant},

    Check{"doctor", of_all, "doctor, if it has one, only reads, shows no secret, and says so when the far side refuses",
          "set an array of {check, status, message}, or fail with a kind and a text; return when the call is cancelled",
          &check_doctor},
    Check{"webhook", of_subscriber, "webhook, if it has one, answers any request, whatever poll does meanwhile",
          "target, headers and body are a stranger's: check them, and fail with LEAT_INVALID or LEAT_DENIED and a text",
          &check_webhook},
    Check{"constants", of_transformer, "what constants, if it has it, says of every record holds for every record",
          "set only what process sets in each record, and erase what it may change", &check_constants},

    Check{"done", of_client, "done runs exactly once for each send that returned OK, and never inside send",
          "complete on a thread of your own; after a send that failed done never runs", &check_done},
    Check{"cancel-request", of_client, "a cancelled request completes within a second, once, and never inside cancel",
          "cancel only asks; done follows on another thread, with LEAT_CANCELLED or the result", &check_cancel_request},
    Check{"quiesce", of_client, "after quiesce no done runs or will run",
          "cancel what is in flight and wait for each done before quiesce returns", &check_quiesce},
    Check{"answers", of_client, "an answer that means failure has a kind that is not OK, and a text",
          "classify by status: 401 and 403 denied, 404 not_found, 429 busy, 5xx not OK; the rest goes through",
          &check_answers},
    Check{"bad-requests", of_client, "a request that cannot be sent is refused or completed, never a crash",
          "check method, url and headers in send; fail with LEAT_INVALID and a text", &check_bad_requests},

    Check{"cancel-before", of_all & ~of_client, "a call that is cancelled before it starts returns within a second",
          "ask cancelled() before each record, request and wait", &check_cancel_before},
    Check{"cancel-during", of_all & ~of_client, "a call that is cancelled returns within a second",
          "wait with wait_ms, send with leat.client/1 or on_cancel, and ask cancelled() in every loop",
          &check_cancel_during},
    Check{"threads", of_all, "calls come on changing threads, and several instances run at the same time",
          "keep state in the instance: nothing thread-local, nothing static that is not guarded", &check_threads},
    Check{"parallel", of_all, "with LEAT_PARALLEL, 8 threads use one instance at the same time",
          "guard what calls share, or leave LEAT_PARALLEL off", &check_parallel},
};

}  // namespace

std::span<const Check> all_checks() { return kChecks; }

const Check* find_check(std::string_view id) {
  const auto found = std::find_if(kChecks.begin(), kChecks.end(), [&](const Check& check) { return check.id == id; });
  return found == kChecks.end() ? nullptr : &*found;
}

}  // namespace leat::host::check
