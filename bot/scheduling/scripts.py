"""What `bot.scheduling.schedules` does in one go, in Redis."""

PUT = """
local id, row, since, seen, version = unpack(ARGV)
if (redis.call('GET', KEYS[3]) or '') ~= seen then return 0 end
redis.call('HSET', KEYS[1], id, row)
if since ~= '' then redis.call('HSET', KEYS[2], id, since) end
redis.call('SET', KEYS[3], version)
return 1
"""
"""Adds or changes a schedule, unless any was added or changed since the version `seen`; then 0."""

DROP = """
local id, version, seconds = unpack(ARGV)
local known = redis.call('HGET', KEYS[1], id)
if not known then return redis.call('GET', KEYS[6]) end
redis.call('SET', KEYS[6], known, 'EX', seconds)
for number = 1, 3 do redis.call('HDEL', KEYS[number], id) end
redis.call('ZREM', KEYS[4], id)
redis.call('SET', KEYS[5], version)
return known
"""
"""Removes one. Returns what it was, also to the same request again; null where there was none."""

SEE = """
redis.call('SET', KEYS[2], ARGV[1], 'NX')
for number = 2, #ARGV, 3 do
  local id, mark, at = unpack(ARGV, number, number + 2)
  local known = redis.call('HGET', KEYS[1], id)
  if not known or string.sub(known, 1, #mark) ~= mark then
    redis.call('HSET', KEYS[1], id, mark .. ' ' .. at)
  end
end
return redis.call('GET', KEYS[2])
"""
"""Notes since when each schedule has its timing, unless that is known. Returns the version."""

FINISH = """
local id, row, nominal, seconds = unpack(ARGV)
if KEYS[3] and not redis.call('SET', KEYS[3], 1, 'NX', 'EX', seconds) then return 0 end
local known = redis.call('ZSCORE', KEYS[2], id)
if known and tonumber(known) > tonumber(nominal) then return 0 end
redis.call('HSET', KEYS[1], id, row)
redis.call('ZADD', KEYS[2], nominal, id)
return 1
"""
"""Remembers what became of a fire time, unless it is done with already or a later one is remembered."""
