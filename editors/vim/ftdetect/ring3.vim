autocmd BufNewFile,BufRead *.r3 setfiletype ring3
