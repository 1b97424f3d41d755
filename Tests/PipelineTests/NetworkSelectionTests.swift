import Foundation
import Pipeline
import Settings
import Testing

/// Which folder of networks a configuration leads to.
@Suite struct NetworkSelectionTests {
  private static let full = LivePipelineTests.root.appending(path: "Models/full").path()

  /// A folder of sets, each a link to the shipped full one; "." makes the folder itself the set.
  private func withSets(_ names: [String], _ body: (Configuration) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-sets-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var configuration = Configuration.default
    configuration.modelsDirectory = folder
    if names == ["."] {
      try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: Self.full)
    } else {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for name in names {
        try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: Self.full)
      }
    }
    try body(configuration)
  }

  private func reason(_ configuration: Configuration, _ networks: TrackingConfiguration.Networks, measures: Bool) throws
    -> String
  {
    var configuration = configuration
    configuration.tracking.networks = networks
    return try NetworkSelection(configuration, measures: measures).reason
  }

  @Test func aSetThatIsAskedForIsTaken() throws {
    try withSets(["full", "lite"]) { (configuration) throws in
      #expect(try reason(configuration, .full, measures: true) == "full, as asked for")
      #expect(try reason(configuration, .lite, measures: true) == "lite, as asked for")
    }
  }

  @Test func autoMeasuresWhereItMayAndElseTakesTheFullSet() throws {
    try withSets(["full", "lite"]) { (configuration) throws in
      #expect(try reason(configuration, .auto, measures: false) == "full, unless told otherwise")
      let measured = try reason(configuration, .auto, measures: true)
      #expect(measured.contains(": a tracked frame of the full set takes "))
    }
  }

  @Test(arguments: ["full", "lite"]) func autoTakesTheOnlySetThereIs(name: String) throws {
    try withSets([name]) { (configuration) throws in
      #expect(try reason(configuration, .auto, measures: true) == "\(name), for there is no other set")
    }
  }

  @Test func aFolderWithTheFilesItselfIsTheSet() throws {
    try withSets(["."]) { (configuration) throws in
      #expect(try reason(configuration, .lite, measures: true) == "those in \(configuration.modelsDirectory ?? "")")
    }
  }

  @Test func aSetThatIsNotThereIsNamed() throws {
    try withSets(["full"]) { (configuration) throws in
      let error = #expect(throws: PipelineError.self) { try reason(configuration, .lite, measures: false) }
      let folder = configuration.modelsDirectory ?? ""
      #expect(error == .missing(what: "networks lite (window.gurn, …)", tried: [folder + "/lite"]))
    }
    try withSets([]) { (configuration) throws in
      let error = #expect(throws: PipelineError.self) { try reason(configuration, .auto, measures: false) }
      #expect(error?.description.contains("networks (window.gurn, …): not found") == true)
    }
  }
}
