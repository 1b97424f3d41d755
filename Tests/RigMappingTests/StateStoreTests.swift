import FaceCore
import Foundation
import Testing

@testable import RigMapping

@Suite struct StateStoreTests {
  /// A store in a folder of its own, which is removed afterwards.
  func withStore(_ body: (StateStore) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-store-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(StateStore(folder: folder))
  }

  func sample() throws -> Calibration {
    var calibration = try Faces.captured(.neutral, [.mouthSmileLeft: 0.3], yaw: 5)
    calibration.closed = .init(left: 0.5, right: 0.6)
    calibration.winkLeft = .init(left: 0.5, right: 0.1)
    calibration.maximum = [.jawOpen: 0.7]
    return calibration
  }

  @Test func whatIsWrittenIsReadBack() throws {
    try withStore { store in
      let path = store.calibrationPath(camera: "usb-046d_HD Pro/C920", user: "Mía")
      #expect(try store.read(Calibration.self, from: path) { _ in } == nil)
      let calibration = try sample()
      try StateStore.write(calibration, to: path)
      let back = try #require(try store.read(Calibration.self, from: path) { Issue.record("\($0)") })
      #expect(back == calibration)
      let names = try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent)
      #expect(names.count == 1, "\(names)")
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"version\": 2}", "{\"version\": 1, \"closed\": [0.5]}", "{\"version\": 1, \"closed\": [0.5, 7]}",
    "{\"version\": 1, \"maximum\": {\"jawOpn\": 1}}", "{\"version\": 1, \"maximum\": {\"jawOpen\": 1e99}}",
    "{\"version\": 1, \"neutral\": {\"weights\": {}, \"spread\": {}, \"rotation\": [0, 0, 0, 0], \"gaze\": [0, 0, 0, 0]}}",
  ])
  func aDamagedFileIsSetAsideAndTold(text: String) throws {
    try withStore { store in
      let path = store.calibrationPath(camera: "c", user: "u")
      try StateStore.write(Calibration(), to: path)
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      var told: [String] = []
      #expect(try store.read(Calibration.self, from: path) { told.append($0) } == nil)
      #expect(told.count == 1 && told[0].contains(path) && told[0].contains(".damaged"))
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == text)
      #expect(throws: RigMappingError.self) { try StateStore.decode(Calibration.self, at: path + ".damaged") }
    }
  }

  @Test func cutOffFilesAreNeverTaken() throws {
    try withStore { store in
      let path = store.calibrationPath(camera: "c", user: "u")
      try StateStore.write(try sample(), to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      for length in stride(from: 0, to: whole.count - 2, by: 97) {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(try store.read(Calibration.self, from: path) { _ in } == nil)
      }
    }
  }

  @Test func differentNamesAreDifferentFiles() {
    let store = StateStore(folder: "/s")
    let names = ["a b", "a_b", "a/b", "..", ".", "", "a b ", String(repeating: "x", count: 300)]
    let paths = names.map { store.triggerPath(user: $0) }
    #expect(Set(paths).count == names.count)
    for path in paths {
      #expect((path as NSString).deletingLastPathComponent == "/s/triggers" && path.utf8.count < 200)
      #expect(!(path as NSString).lastPathComponent.hasPrefix("."))
    }
  }

  @Test func theFolderFollowsTheSpecification() throws {
    #expect(try StateStore(environment: ["XDG_STATE_HOME": "/x", "HOME": "/h"]).folder == "/x/gurn")
    #expect(try StateStore(environment: ["XDG_STATE_HOME": "relative", "HOME": "/h"]).folder == "/h/.local/state/gurn")
    #expect(throws: RigMappingError.self) { try StateStore(environment: [:]) }
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    try withStore { store in
      try FileManager.default.createDirectory(atPath: store.folder, withIntermediateDirectories: true)
      try "x".write(toFile: store.folder + "/file", atomically: false, encoding: .utf8)
      #expect(throws: RigMappingError.self) { try StateStore.write(Calibration(), to: store.folder + "/file/c.json") }
      #expect(try StateStore.remove(store.folder + "/file"))
      #expect(try !StateStore.remove(store.folder + "/file"))
    }
  }
}
