"""The gate's one script: what it does, it does at one instant of the server's clock.

It runs on Valkey, and on Redis from 6 on.
"""

# One hash: next_at, lease_until, holder, blocked_until, denied_until, reason, failures;
# times in µs.
# What is left of a time never exceeds what could have been set: a server clock that
# steps back must not close the gate for as long as the step.
SCRIPT = """
local key, verb, holder, a, b = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function left(field, most)
  local at = tonumber(redis.call('HGET', key, field) or 0)
  return math.min(math.max(at - now, 0), most)
end

local function set(field, at)
  redis.call('HSET', key, field, string.format('%.0f', at))
end

if verb == 'enter' or verb == 'look' then
  local spacing, lease = tonumber(a), tonumber(b)
  local blocked = left('blocked_until', 86400000000)
  if blocked > 0 then
    return {'blocked', blocked, redis.call('HGET', key, 'reason') or ''}
  end
  local busy, early = left('lease_until', lease), left('next_at', spacing)
  if busy > 0 then return {'busy', math.max(early, math.min(busy, spacing)), ''} end
  if early > 0 then return {'early', early, ''} end
  if verb == 'enter' then
    redis.call('HSET', key, 'holder', holder)
    set('lease_until', now + lease)
    set('next_at', now + spacing)
  end
elseif verb == 'leave' then
  local spacing, since = tonumber(a), tonumber(b)
  if redis.call('HGET', key, 'holder') == holder then
    redis.call('HDEL', key, 'holder', 'lease_until')
    set('next_at', now - since + spacing)
  end
elseif verb == 'block' or verb == 'deny' then
  local span = tonumber(a)
  if verb == 'deny' then set('denied_until', now + span) end
  if span > left('blocked_until', 86400000000) then
    set('blocked_until', now + span)
    redis.call('HSET', key, 'reason', b)
  end
end
return {'open', 0, ''}
"""
