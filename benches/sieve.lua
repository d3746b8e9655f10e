-- Memory: counts the primes below five million in a table with an entry for each number.
local LIMIT <const> = 5000000

local function primes(composite)
    local count = 0
    for i = 2, LIMIT - 1 do
        if composite[i] == 0 then
            count = count + 1
            local j = i * i
            while j < LIMIT do
                composite[j] = 1
                j = j + i
            end
        end
    end
    return count
end

local composite = {}
for i = 0, LIMIT - 1 do
    composite[i] = 0
end
print(primes(composite))
