import Foundation
import Testing

@testable import Settings

@Suite struct LoadingTests {
  /// A folder of its own that is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "gurn-settings-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ text: String, _ path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func theUsersFileComesBeforeTheSystems() throws {
    try withFolder { folder in
      try write("log: {level: error}", folder + "/system/gurn/gurn.yaml")
      let environment = [
        "HOME": folder + "/home", "XDG_CONFIG_HOME": folder + "/user",
        "XDG_CONFIG_DIRS": "relative:" + folder + "/none:" + folder + "/system",
      ]
      #expect(try Configuration.load(path: nil, environment: environment).logLevel == .error)
      try write("log: {level: debug}", folder + "/user/gurn/gurn.yaml")
      #expect(try Configuration.load(path: nil, environment: environment).logLevel == .debug)
      #expect(Configuration.locate(environment: environment) == folder + "/user/gurn/gurn.yaml")
    }
  }

  @Test func theHomeFoldersConfigIsTheUsersWithoutAVariable() throws {
    try withFolder { folder in
      try write("log: {level: trace}", folder + "/.config/gurn/gurn.yaml")
      let environment = ["HOME": folder, "XDG_CONFIG_HOME": "", "XDG_CONFIG_DIRS": folder]
      #expect(try Configuration.load(path: nil, environment: environment).logLevel == .trace)
    }
  }

  @Test func withoutAFileTheDefaultsHold() throws {
    try withFolder { folder in
      let environment = ["HOME": folder, "XDG_CONFIG_DIRS": folder]
      let configuration = try Configuration.load(path: nil, environment: environment)
      #expect(configuration == .default)
    }
  }

  @Test func aFileThatCannotBeReadIsNamed() throws {
    try withFolder { folder in
      func reason(_ path: String) -> String? {
        do throws(SettingsError) {
          _ = try Configuration.load(path: path)
          return nil
        } catch { return error.description }
      }
      #expect(reason(folder + "/none.yaml") == "\(folder)/none.yaml: there is no such file")
      #expect(reason(folder) == "\(folder): this is a folder, but has to be a YAML file")
      let binary = folder + "/binary.yaml"
      try Data([0x73, 0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: binary))
      #expect(reason(binary) == "\(binary): the file is not UTF-8 text, but has to be YAML in UTF-8")
      let huge = folder + "/huge.yaml"
      try Data(count: (1 << 20) + 1).write(to: URL(fileURLWithPath: huge))
      #expect(
        reason(huge)
          == "\(huge): the file is larger than 1 MiB; a configuration is a few kilobytes of YAML")
      try write("source: {fps: 0}", folder + "/bad.yaml")
      #expect(
        reason(folder + "/bad.yaml")
          == "\(folder)/bad.yaml:1:15: source.fps is 0, but has to be a whole number from 1 to 240, such as 30")
    }
  }

  @Test func relativePathsStartFromTheFile() throws {
    try withFolder { folder in
      try write("source: {file: ../clip.mkv}\nmodels: {directory: ~/models}", folder + "/a/gurn.yaml")
      let configuration = try Configuration.load(path: folder + "/a/gurn.yaml")
      #expect(configuration.source.file == folder + "/clip.mkv")
      #expect(configuration.modelsDirectory == NSHomeDirectory() + "/models")
    }
  }

  @Test(arguments: [
    ("fps", "fps", 0), ("fsp", "fps", 1), ("widht", "width", 1), ("a", "", 1), ("kitten", "sitting", 3),
    ("min_cutof_hz", "min_cutoff_hz", 1),
  ])
  func editDistances(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(a, b) == distance)
    #expect(editDistance(b, a) == distance)
  }

  @Test func aNameThatIsFarFromAllHasNoNearest() {
    #expect(nearestName(to: "zebra", among: ["fps", "width"]) == nil)
    #expect(nearestName(to: "x", among: ["gl"]) == nil)
    #expect(nearestName(to: "Width", among: ["fps", "width"]) == "width")
  }
}
