-- Arithmetic: fifty million turns of xor, add and mask.
local function turns(n)
    local x = 0
    for i = 0, n - 1 do
        x = x ~ i
        x = x + i
        x = x & 0xffffff
    end
    return x
end

print(turns(50000000))
