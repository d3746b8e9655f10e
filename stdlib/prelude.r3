# What every script and every program sees without asking.
use start
use sys
use exec
use environ
use io
use fmt
use abort
use string
use number
use mem
use proc
use signals
use handlers
use jobs
use errno
use thread
use sync
