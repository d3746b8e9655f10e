//! The `ring3` command.

fn main() -> std::process::ExitCode {
    ring3::cmd::main()
}
