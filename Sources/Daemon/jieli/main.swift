print("jieli")
