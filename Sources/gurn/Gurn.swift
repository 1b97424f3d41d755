import ArgumentParser

/// The tool's root command.
@main
struct Gurn: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gurn", abstract: "Watch, check and feed the Gurn face tracking daemon.",
    subcommands: [GenerateCommand.self])
}
