import ArgumentParser
import ModelImport

/// `gurn model`: networks as files.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Make and inspect model files (.gurn).",
    subcommands: [Import.self, Info.self, Test.self])

  /// `gurn model import FILE.onnx -o OUT.gurn`
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turn an ONNX model into a model file.",
      discussion: """
        Operators that Gurn does not have are refused by name and node; docs/onnx.md lists those it has.

        Example: gurn model import net.onnx -o net.gurn
        """)

    @Argument(help: "The ONNX file, as PyTorch exports it.", completion: .file(extensions: ["onnx"]))
    var file: String

    @Option(
      name: [.customShort("o"), .long], help: "The model file to write.", completion: .file(extensions: ["gurn"]))
    var output: String

    func run() throws {
      try ONNXImport.convert(file, to: output)
      for line in try ModelSummary.lines(ofFile: output) { print(line) }
    }
  }

  /// `gurn model info FILE.gurn`
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a model file's input, layers and outputs.")

    @Argument(help: "The model file.", completion: .file(extensions: ["gurn"]))
    var file: String

    func run() throws {
      for line in try ModelSummary.lines(ofFile: file) { print(line) }
    }
  }
}
