import ArgumentParser
import EngineBench
import ModelImport

/// `gurn model`: networks as files.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Make and inspect model files (.gurn).",
    subcommands: [Import.self, Info.self, Show.self, Export.self, Test.self])

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

  /// `gurn model show FILE.gurn --passes`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show how a model runs: its layers, or the passes that it becomes on a GPU.",
      discussion: """
        Examples:
          gurn model show Models/full/mouth.gurn --passes
          gurn model show Models/full --passes --svg plan.svg
        """)

    @Argument(
      help: "The model file, or a folder with a set of networks: all that a tracked frame runs.",
      completion: .file(extensions: ["gurn"]))
    var file: String

    @Flag(help: "The passes that shaders run it in, instead of its layers.") var passes = false
    @Option(help: "Draws the passes into this SVG file.", completion: .file(extensions: ["svg"])) var svg: String?
    @Option(help: "Targets that a pass may write, 1 to 8; 4 is what every driver has.") var targets = 4

    func validate() throws {
      guard (1...8).contains(targets) else { throw ValidationError("--targets \(targets): must be 1 to 8") }
    }

    func run() throws {
      guard passes || svg != nil else { return try ModelSummary.lines(ofFile: file).forEach { print($0) } }
      let report = try PlanReport(path: file, targets: targets)
      if passes { for line in report.lines { print(line) } }
      guard let svg else { return }
      do { try report.svg.write(toFile: svg, atomically: true, encoding: .utf8) } catch {
        throw CommandFailure("\(svg): can't be written")
      }
    }
  }

  /// `gurn model export FILE.gurn -o OUT.onnx`
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turn a model file into an ONNX model, for other runtimes.",
      discussion:
        "The input is normalised light, [N, 1, height, width]. Example: gurn model export eye.gurn -o eye.onnx")

    @Argument(help: "The model file.", completion: .file(extensions: ["gurn"]))
    var file: String

    @Option(
      name: [.customShort("o"), .long], help: "The ONNX file to write.", completion: .file(extensions: ["onnx"]))
    var output: String

    func run() throws { try ONNXExport.convert(file, to: output) }
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
