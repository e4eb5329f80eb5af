-- wrk's side of load.py: walks a list of requests made before the clock runs.
-- Arguments: a file with a path a line, the number of wrk's threads. Each thread walks a share of its own: two that met at one
-- path would ask for it at once, and the second be given what is drawn for the first.
local threads = 0
local list, at, last

function setup(thread)
    thread:set("place", threads)
    threads = threads + 1
end

function init(args)
    list = {}
    local every, n = tonumber(args[2]), 0
    for line in io.lines(args[1]) do
        if n % every == place then
            list[#list + 1] = wrk.format("GET", line)
        end
        n = n + 1
    end
    assert(#list > 0, "fewer paths than threads")
    last = #list
    at = 0
end

function request()
    at = at < last and at + 1 or 1
    return list[at]
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format(
        'figures {"requests": %d, "duration_us": %d, "bytes": %d, "connect": %d, "read": %d, "write": %d, ' ..
        '"status": %d, "timeout": %d, "p50": %.1f, "p99": %.1f, "p999": %.1f, "max": %.1f}\n',
        summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.status, e.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end
