"""What the store does in one go, as Lua: `bot.store` names the keys."""

from typing import Final

SAVE: Final = """
local name, uid, run, taken, summary, report = unpack(ARGV, 1, 6)
local count, age = tonumber(ARGV[7]), tonumber(ARGV[8])
local needs, becomes = ARGV[9], ARGV[10] == '1'

local function keys(of)
  local made = {}
  for i, kind in ipairs({'index', 'summaries', 'reports', 'bases', 'uses', 'newest'}) do
    made[i] = 'readiness:' .. kind .. ':' .. name .. ':' .. of
  end
  return made
end
local function newest(index)
  return tonumber(redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2] or 0)
end

local known = redis.call('HGET', KEYS[1], name) or ''
if uid == '' then uid = known end
local own = keys(uid)
local before = known == '' and keys('') or own
if needs ~= '' and redis.call('HEXISTS', before[4], needs) == 0 then return 0 end
if known == '' and uid ~= '' then
  for i, key in ipairs(before) do
    if redis.call('EXISTS', key) == 1 then redis.call('RENAME', key, own[i]) end
  end
end

local function forget(base)
  if tonumber(redis.call('HGET', own[5], base) or 0) > 0 then return end
  if redis.call('GET', own[6]) == base then return end
  redis.call('HDEL', own[4], base)
  redis.call('HDEL', own[5], base)
end
local function release(old)
  local base = string.match(redis.call('HGET', own[3], old) or '', '^\\1([^%z]*)%z')
  if base and redis.call('HEXISTS', own[4], base) == 1 then
    redis.call('HINCRBY', own[5], base, -1)
    forget(base)
  end
end

redis.call('ZADD', own[1], taken, run)
redis.call('HSET', own[2], run, summary)
if needs ~= '' then redis.call('HINCRBY', own[5], needs, 1) end
release(run)
redis.call('HSET', own[3], run, report)
if becomes and redis.call('HSETNX', own[4], run, report) == 1 then
  local former = redis.call('GET', own[6])
  redis.call('SET', own[6], run)
  if former then forget(former) end
end

local gone = own
if known == '' or tonumber(taken) >= newest(keys(known)[1]) then
  redis.call('HSET', KEYS[1], name, uid)
  for _, key in ipairs(own) do redis.call('PERSIST', key) end
  gone = keys(known)
end
if known ~= uid then
  for _, key in ipairs(gone) do redis.call('EXPIRE', key, age) end
end

local function drop(runs)
  for _, old in ipairs(runs) do
    release(old)
    redis.call('ZREM', own[1], old)
    redis.call('HDEL', own[2], old)
    redis.call('HDEL', own[3], old)
  end
end
drop(redis.call('ZRANGE', own[1], 0, -count - 1))
drop(redis.call('ZRANGE', own[1], '-inf', string.format('(%.6f', newest(own[1]) - age), 'BYSCORE'))
return 1
"""
"""Adds a report, notes the cluster's UID and trims its history: all of it or nothing.

Returns 0, and does nothing, where the base that the report needs is not there any more. A base goes with the
last report that needs it, but the newest stays. Histories of clusters that have lost their name are not
trimmed any more; they expire.
"""

NEWEST_BASE: Final = """
local base = redis.call('GET', KEYS[1])
return base and {base, redis.call('HGET', KEYS[2], base)} or {}
"""
"""Returns the id of the newest base and its frame, where there is one."""

READ: Final = """
local row = redis.call('HGET', KEYS[1], ARGV[1])
local base = string.match(row or '', '^\\1([^%z]*)%z')
return {row, base and redis.call('HGET', KEYS[2], base) or false}
"""
"""Returns a report's row and, where it needs a base, the base's frame."""
