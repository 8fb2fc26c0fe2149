autocmd BufRead,BufNewFile *.trial setfiletype trial
