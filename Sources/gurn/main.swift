print("gurn")
