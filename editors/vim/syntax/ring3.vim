" Vim syntax of ring3 scripts.
if exists("b:current_syntax")
  finish
endif

syntax keyword ring3Control assert break continue else for if in lock loop match return while
syntax keyword ring3Declaration const enum fn let machine must_use program struct thread_local use
syntax keyword ring3Operator as sizeof
syntax keyword ring3Constant false nil true
syntax keyword ring3Type bool byte i32 int str u16 u32 uint

syntax match ring3Number "\<\%(0x[0-9A-Fa-f_]\+\|0o[0-7_]\+\|0b[01_]\+\|\d[0-9_]*\)\>"
syntax match ring3Name "\<\u[A-Z0-9_]\+\>"
syntax match ring3Call "\<[a-z_]\w*\ze("
syntax match ring3Byte "'\%(\\x\x\x\|\\.\|[^'\\]\)'"
syntax match ring3Escape contained "\\\%(x\x\x\|.\)\|{{\|}}"
syntax region ring3Embedded contained matchgroup=ring3Brace start="{\%({\)\@!" end="}" oneline contains=ring3Number,ring3Byte,ring3Name,ring3Call
syntax region ring3String start=+"+ skip=+\\.+ end=+"+ oneline contains=ring3Embedded,ring3Escape

syntax match ring3Comment "#.*$" contains=ring3Todo,@Spell
syntax match ring3Directive "#[@~].*$"
syntax keyword ring3Todo contained TODO FIXME XXX

highlight default link ring3Control Statement
highlight default link ring3Declaration Keyword
highlight default link ring3Operator Operator
highlight default link ring3Constant Constant
highlight default link ring3Type Type
highlight default link ring3Number Number
highlight default link ring3Name Constant
highlight default link ring3Call Function
highlight default link ring3Byte Character
highlight default link ring3Escape SpecialChar
highlight default link ring3Brace Delimiter
highlight default link ring3String String
highlight default link ring3Comment Comment
highlight default link ring3Directive PreProc
highlight default link ring3Todo Todo

let b:current_syntax = "ring3"
