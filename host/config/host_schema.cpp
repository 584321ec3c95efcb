#include "host/config/host_schema.hpp"

namespace leat::host {

namespace {

constexpr const char* kText = R"json({
  "type": "object",
  "properties": {
    "clients": {
      "type": "object", "default": {},
      "description": "HTTP clients by name: where requests go, and as whom.",
      "additionalProperties": {"x-leat": "component:client"}
    },
    "incoming": {
      "type": "object", "default": {},
      "description": "Where records come from, by name. Each is fetched once and feeds every route that names it.",
      "additionalProperties": {
        "type": "object", "required": ["subscriber"],
        "properties": {
          "schedule": {
            "type": "string", "default": "", "examples": ["*/5 * * * *", "every 5m"],
            "description": "When to read: cron text or \"every 5m\". Without it: once, when the host starts."
          },
          "subscriber": {"x-leat": "component:subscriber", "description": "Reads the records."},
          "transformers": {
            "type": "array", "x-leat": "transformers", "default": [],
            "description": "Change the records, before the routes get them."
          },
          "page_max": {
            "type": "integer", "minimum": 1, "maximum": 100000, "default": 1000,
            "description": "Records asked of the subscriber at a time."
          }
        }
      }
    },
    "outgoing": {
      "type": "object", "default": {},
      "description": "Where records go to, by name.",
      "additionalProperties": {
        "type": "object", "required": ["publisher"],
        "properties": {
          "transformers": {
            "type": "array", "x-leat": "transformers", "default": [],
            "description": "Change the records into what the publisher takes."
          },
          "publisher": {"x-leat": "component:publisher", "description": "Delivers the records."},
          "xref": {
            "type": "object", "required": ["set"],
            "description": "Writes down which id of the far side stands for which record. `leat xref` searches it, transformers and publishers look it up.",
            "properties": {
              "set": {
                "type": "string", "minLength": 1, "maxLength": 512, "examples": ["tickets"],
                "description": "The name of the set that the pairs belong to; several outgoings may share one."
              },
              "source": {
                "type": "string", "examples": ["id", "order.number"],
                "description": "Path of what the record is known by, in the record that comes to the outgoing. Without it: the task's key."
              },
              "target": {
                "type": "string", "default": "id",
                "description": "Path of the far side's id, in the publisher's answer."
              }
            }
          }
        }
      }
    },
    "routes": {
      "type": "object", "default": {},
      "description": "Which incoming goes to which outgoing, by name: one task for each record.",
      "additionalProperties": {
        "type": "object", "required": ["outgoing"],
        "properties": {
          "incoming": {"type": "string", "description": "The name of an incoming. This, or after."},
          "after": {
            "type": "string", "examples": ["create-tickets"],
            "description": "The name of a route, instead of an incoming: each of its tasks that finishes makes one of this route, with the record {\"record\": what came to that route's outgoing, \"answer\": its publisher's answer}."
          },
          "outgoing": {"type": "string", "description": "The name of an outgoing."},
          "transformers": {
            "type": "array", "x-leat": "transformers", "default": [],
            "description": "Change the records between the two."
          },
          "key": {
            "type": "string", "examples": ["id", "company.id", "[\"a.b\"].c"],
            "description": "Path of the value that names what a record is about: records of one key keep their order and never run at the same time. Without it every record is its own key."
          },
          "concurrency": {
            "type": "integer", "minimum": 1, "maximum": 256, "default": 4,
            "description": "Keys that are worked on at the same time."
          },
          "durability": {
            "type": "string", "enum": ["durable", "replayable"], "default": "durable",
            "description": "durable: each record is stored before it is delivered. replayable: faster; records stay in memory and are read again after a crash."
          },
          "retry": {
            "type": "object", "default": {},
            "description": "How often and how long an attempt is repeated.",
            "properties": {
              "max_attempts": {
                "type": "integer", "minimum": 1, "maximum": 1000000, "default": 10,
                "description": "Attempts before a task fails."
              },
              "max_age": {
                "type": "string", "x-leat": "duration", "minimum": 1, "default": "3d",
                "description": "Age at which a task fails."
              },
              "backoff_first": {
                "type": "string", "x-leat": "duration", "minimum": 1, "default": "500ms",
                "description": "The longest pause before the first repetition; it doubles with each one."
              },
              "backoff_max": {
                "type": "string", "x-leat": "duration", "minimum": 1, "default": "5m",
                "description": "Where the doubling ends."
              }
            }
          },
          "uncertain": {
            "type": "string", "enum": ["hold", "resend"], "default": "hold",
            "description": "What becomes of a record that may have been delivered already. hold: a person decides. resend: it is sent again and may arrive twice."
          },
          "deduplicate": {
            "type": "object",
            "description": "Skip a record that equals the last accepted one of its key. Needs key.",
            "properties": {
              "fields": {
                "type": "array", "items": {"type": "string", "minLength": 1}, "default": [],
                "description": "Paths of the values that are compared; none: the whole record."
              }
            }
          },
          "max_pending": {
            "type": "object", "default": {},
            "description": "Above this much unfinished work the incoming is not read.",
            "properties": {
              "tasks": {
                "type": "integer", "minimum": 1, "maximum": 1000000000, "default": 10000,
                "description": "Unfinished tasks."
              },
              "bytes": {
                "type": "string", "x-leat": "size", "minimum": 1024, "default": "256MiB",
                "description": "Their records together."
              }
            }
          }
        }
      }
    },
    "store": {
      "type": "object", "default": {},
      "description": "Where tasks and cursors are kept.",
      "properties": {
        "path": {
          "type": "string", "x-leat": "file", "default": "leat.db",
          "description": "The database file."
        },
        "keep_finished": {
          "type": "string", "x-leat": "duration", "minimum": 0, "default": "24h",
          "description": "How long finished tasks can be looked at."
        },
        "keep_payload": {
          "type": "boolean", "default": false,
          "description": "Keep the records of finished tasks as well."
        }
      }
    },
    "webhooks": {
      "type": "object",
      "description": "A listener for requests that tell of news. Each incoming whose subscriber takes them has the address public_url/NAME; it reads when an event came, whatever its schedule. Without it: no listener.",
      "properties": {
        "listen": {
          "type": "string", "default": "127.0.0.1:8085", "examples": ["127.0.0.1:8085", "[::]:8443"],
          "description": "Address and port to listen on. Port 0: any free one."
        },
        "public_url": {
          "type": "string", "default": "", "examples": ["https://hooks.example.com/leat"],
          "description": "How the world reaches the listener, through a proxy or not; the path is the same on both sides. Without it: the address it listens on, which only programs of this machine reach."
        },
        "certificate": {
          "type": "string", "x-leat": "file",
          "description": "PEM file of the listener's certificate, the chain behind it. With it the listener speaks TLS, and only TLS."
        },
        "key": {
          "type": "string", "x-leat": "file",
          "description": "PEM file of its private key, not encrypted."
        },
        "plain_http": {
          "type": "boolean", "default": false,
          "description": "Take requests of other machines without TLS: a proxy in front of the listener does it, on a network you trust."
        },
        "max_body": {
          "type": "string", "x-leat": "size", "minimum": 1024, "maximum": 67108864, "default": "256KiB",
          "description": "The largest body of a request."
        },
        "max_connections": {
          "type": "integer", "minimum": 1, "maximum": 10000, "default": 64,
          "description": "Connections at the same time; further ones are told to come again."
        },
        "max_events": {
          "type": "integer", "minimum": 1, "maximum": 1000000000, "default": 10000,
          "description": "Events of an incoming that may be stored and not read; further senders are told to come again."
        }
      }
    },
    "plugins": {
      "type": "object", "default": {},
      "description": "Where plugins are found.",
      "properties": {
        "folders": {
          "type": "array", "items": {"type": "string", "x-leat": "file"}, "default": [],
          "description": "Folders to search before the host's own."
        },
        "allow": {
          "type": "array", "items": {"type": "string", "minLength": 64, "maxLength": 64},
          "description": "SHA-256 of each library that may be loaded, as sha256sum prints it. Without it: any library in the folders."
        },
        "libraries": {
          "type": "object", "default": {},
          "description": "How single plugins run, by the plugin's id or the name of its file.",
          "additionalProperties": {
            "type": "object",
            "properties": {
              "isolation": {
                "type": "string", "enum": ["none", "process"], "default": "none",
                "description": "process: in a process of its own, so that the host survives when it crashes, hangs or leaks. none: inside the host, which is faster."
              },
              "call_limit": {
                "type": "string", "x-leat": "duration", "minimum": 0, "default": "5m",
                "description": "The longest that one call may take before the process is killed, beside the time a subscriber is told to wait; 0: no limit."
              },
              "memory_max": {
                "type": "string", "x-leat": "size", "minimum": 0, "default": "0",
                "description": "Memory above which the process is replaced between two calls; above twice that it is killed. 0: no limit."
              },
              "crashes_max": {
                "type": "integer", "minimum": 1, "maximum": 1000000, "default": 10,
                "description": "Crashes within crashes_within after which the plugin is given up until the host is started anew."
              },
              "crashes_within": {
                "type": "string", "x-leat": "duration", "minimum": 1, "default": "10m",
                "description": "The time in which crashes are counted."
              }
            }
          }
        }
      }
    },
    "log": {
      "type": "object", "default": {},
      "description": "What the operator reads.",
      "properties": {
        "level": {
          "type": "string", "enum": ["trace", "debug", "info", "warn", "error"], "default": "info",
          "description": "The least important lines that are written."
        },
        "format": {
          "type": "string", "enum": ["text", "json"], "default": "text",
          "description": "json: one object per line."
        }
      }
    }
  }
})json";

}  // namespace

const Json& host_schema() {
  static const Json kSchema = Json::parse(kText);
  return kSchema;
}

}  // namespace leat::host
